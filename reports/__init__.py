"""What readers get: one model of the portfolio, pages made from it, and the marks written back into the tools.

The way of a page: `build.build` → `render.render_html`, `render.render_json`. The way of a write: `marks.desired_marks`
→ `plan.make_plan` → `plan_text.plan_text` to look at → receipts → `publications.publications_after`.
"""
