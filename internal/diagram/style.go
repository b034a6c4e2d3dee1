package diagram

// style is the sheet of a picture. Colours are variables, dark where the reader
// prefers that and light on paper; no font and nothing else is fetched.
const style = `
.bw{--bg:#fff;--ink:#1c2733;--soft:#5a6876;--edge:#4b6b8a;--line:#c9d2db;--box:#f6f8fa;--node:#fff;--in:#1b6e3c;--out:#b3261e;--outbg:#fdf1f0;--open:#8a6100;--openbg:#fdf8ec;--inbg:#f3f9f5;
font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;background:var(--bg)}
@media (prefers-color-scheme:dark){.bw{--bg:#12181f;--ink:#e6edf3;--soft:#a3b0bd;--edge:#8fb3d9;--line:#3a4653;--box:#1a222b;--node:#222c37;--in:#6fd397;--out:#ff8a80;--outbg:#2a1a1a;--open:#ffd479;--openbg:#272214;--inbg:#15221b}}
@media print{.bw{--bg:#fff;--ink:#000;--soft:#333;--edge:#345;--line:#999;--box:#fff;--node:#fff;--in:#0b5128;--out:#a00;--outbg:#fff;--open:#640;--openbg:#fff;--inbg:#fff}}
.bw .bg{fill:var(--bg)}.bw text{fill:var(--ink)}.bw .soft{fill:var(--soft)}
.bw .m{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.bw .b{font-weight:600}
.bw .strip{stroke:none}.bw .strip.inside{fill:var(--inbg)}.bw .strip.outside{fill:var(--outbg)}.bw .strip.open{fill:var(--openbg)}
.bw .box{fill:var(--box);stroke:var(--line)}.bw .box.outside{stroke:var(--out);stroke-dasharray:6 3}.bw .box.open{stroke:var(--open);stroke-dasharray:2 3}
.bw .group{fill:none;stroke:var(--line);stroke-opacity:.7}
.bw .node{fill:var(--node);stroke:var(--line)}.bw .node.outside{stroke:var(--out);stroke-dasharray:5 2.5}.bw .node.open{stroke:var(--open);stroke-dasharray:2 2.5}
.bw .bar.inside{fill:var(--in)}.bw .bar.outside{fill:var(--out)}.bw .bar.open{fill:var(--open)}.bw .bar.neutral{fill:var(--line)}
.bw .icon{fill:none;stroke:var(--soft);stroke-width:1.3;stroke-linejoin:round;stroke-linecap:round}
.bw .halo{fill:none;stroke:var(--bg);stroke-width:5;stroke-opacity:.85}
.bw .e{fill:none;stroke-width:1.5;stroke-linejoin:round}.bw .e.observed{stroke-width:2.8}
.bw .e.inside,.bw .e.neutral{stroke:var(--edge)}.bw .e.outside{stroke:var(--out);stroke-dasharray:6 3}.bw .e.open{stroke:var(--open);stroke-dasharray:2 2.5}
.bw .h{stroke-width:1.2}.bw .h.inside,.bw .h.neutral{stroke:var(--edge);fill:var(--edge)}.bw .h.outside{stroke:var(--out);fill:var(--out)}.bw .h.open{stroke:var(--open);fill:var(--open)}
.bw .h.declared{fill:var(--node)}
.bw .t{stroke:none}.bw text.outside,.bw text.violation{fill:var(--out)}.bw text.open,.bw text.undecided{fill:var(--open)}.bw text.inside,.bw text.pass{fill:var(--in)}
.bw .hatch{stroke:var(--open);stroke-opacity:.28;stroke-width:1.2}
.bw .flow:hover .e{stroke-width:3.4}.bw .thing:hover .node{stroke:var(--ink);stroke-width:1.6}
`
