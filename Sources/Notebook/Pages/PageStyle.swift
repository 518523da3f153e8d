/// The style of an exported lesson: light or dark according to the reader's settings, for narrow and wide windows, and
/// for printing.
enum PageStyle {
  static let text = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; --cell: #f4f6f8; --link: #0550ae;
      --keyword: #a40e26; --string: #0a5c36; --number: #0550ae; --comment: #59636e; --call: #6639ba;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15181c; --ink: #e2e6ea; --faint: #9aa4ae; --line: #3a424b; --cell: #1f242a; --link: #7cb7ff;
        --keyword: #ff8a80; --string: #8fd6a4; --number: #7cb7ff; --comment: #9aa4ae; --call: #cfaaff;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: break-word; }
    main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1, h2, h3, h4 { line-height: 1.25; margin: 2rem 0 0.75rem; }
    h1 { margin-top: 0.5rem; }
    a { color: var(--link); }
    pre { overflow-x: auto; margin: 0.75rem 0; padding: 0.75rem 1rem; border-radius: 6px; font-size: 0.9rem; line-height: 1.5; tab-size: 4; }
    pre, code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
    :not(pre) > code { background: var(--cell); border-radius: 4px; padding: 0.1em 0.3em; font-size: 0.9em; }
    pre { background: var(--cell); }
    pre.cell { border-left: 3px solid var(--link); }
    .name { color: var(--faint); font-size: 0.85rem; margin-bottom: -0.5rem; }
    .output { margin: -0.25rem 0 1.25rem; }
    .output pre { background: none; border-left: 3px solid var(--line); border-radius: 0; margin: 0.25rem 0; padding: 0.25rem 1rem; }
    .output p { margin: 0.5rem 0; }
    img { max-width: 100%; height: auto; }
    img.pixels { image-rendering: pixelated; }
    .missing { color: var(--faint); }
    blockquote { margin: 1rem 0; padding: 0 1rem; border-left: 3px solid var(--line); color: var(--faint); }
    table { display: block; overflow-x: auto; border-collapse: collapse; margin: 1rem 0; }
    th, td { border: 1px solid var(--line); padding: 0.35rem 0.75rem; text-align: left; }
    hr { border: 0; border-top: 1px solid var(--line); }
    .k { color: var(--keyword); } .s { color: var(--string); } .n { color: var(--number); }
    .c { color: var(--comment); font-style: italic; } .f { color: var(--call); }
    @media print {
      :root {
        color-scheme: light;
        --paper: #ffffff; --ink: #000000; --faint: #444444; --line: #999999; --cell: #f4f4f4; --link: #000000;
        --keyword: #7a0a1c; --string: #07431f; --number: #033b80; --comment: #444444; --call: #4a2a88;
      }
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      pre { white-space: pre-wrap; overflow: visible; }
      pre, img, tr { break-inside: avoid; }
      h1, h2, h3 { break-after: avoid; }
    }
    """
}
