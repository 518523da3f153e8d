/// The style of a report's page: light or dark according to the reader's settings, for narrow and wide windows, and for printing.
enum ReportStyle {
  static let text = """
    :root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --cell: #f4f6f8; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #15181c; --ink: #e2e6ea; --faint: #9aa4ae; --line: #3a424b; --cell: #1f242a; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
    main { max-width: 54rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.5rem 0 0; }
    h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
    .subject { margin: 0.25rem 0 1.25rem; color: var(--faint); }
    code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.9em; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th, td { border-bottom: 1px solid var(--line); padding: 0.4rem 0.75rem 0.4rem 0; text-align: left; vertical-align: top; }
    thead th { color: var(--faint); font-weight: 500; font-size: 0.9rem; }
    tbody th { font-weight: 500; }
    td.value { font-weight: 600; }
    td:nth-child(3) { white-space: nowrap; }
    td:nth-child(4) { min-width: 9rem; }
    tbody th { min-width: 13rem; }
    tbody th span { display: block; color: var(--faint); font-weight: 400; font-size: 0.85rem; max-width: 24rem; line-height: 1.35; }
    figure { margin: 0.75rem 0 0; }
    figure.line { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1rem; margin-top: 0.25rem; }
    figure.line figcaption { width: 6rem; margin: 0; }
    figcaption { margin-bottom: 0.4rem; color: var(--faint); font-size: 0.9rem; }
    img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; border: 1px solid var(--line); background: #ffffff; }
    ul { padding-left: 1.2rem; margin: 0.5rem 0; }
    li { margin: 0.35rem 0; }
    @media print {
      :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --faint: #444444; --line: #999999; }
      main { max-width: none; padding: 0; }
      figure, tr { break-inside: avoid; }
    }
    """
}
