extension TableReportPage {
  /// Follows the style of a report's page, whose variables it uses.
  package static let style = """
    :root { --real: #4a78b5; --made: #c2500a; --heat: #f08c3a; }
    @media (prefers-color-scheme: dark) { :root { --real: #5b83b8; --made: #ffa94d; --heat: #a8480f; } }
    .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1.25rem 2rem; }
    .charts figure { margin: 0; min-width: 0; }
    svg.chart { display: block; width: 100%; max-width: 26rem; height: auto; }
    svg.map { display: block; }
    svg.key, svg.bar { vertical-align: middle; }
    svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
    svg text.small { font-size: 10px; }
    .real { fill: var(--real); }
    .synthetic { fill: var(--made); }
    .outline { fill: none; stroke: var(--made); stroke-width: 2; }
    .axis { fill: none; stroke: var(--faint); stroke-width: 1; }
    .touch { fill: transparent; }
    .heat { fill: var(--heat); stroke: var(--line); stroke-width: 0.5; }
    .interval { fill: var(--real); fill-opacity: 0.55; }
    .point { fill: var(--ink); }
    .best { fill: none; stroke: var(--made); stroke-width: 2; }
    .legend { color: var(--faint); font-size: 0.9rem; }
    tbody th.group { color: var(--faint); padding-top: 1.2rem; font-size: 0.9rem; }
    details { margin: 0.75rem 0; }
    summary { cursor: pointer; }
    @media print { :root { --real: #4a78b5; --made: #c2500a; --heat: #f08c3a; } }
    """
}
