import pytest
pytestmark=pytest.mark.gate
def test_prof(visit, watch):
    page=visit("/","thu")
    page.add_init_script("""document.addEventListener("securitypolicyviolation",e=>console.log("SRC",e.sourceFile,e.lineNumber,e.columnNumber,e.sample,e.target&&e.target.outerHTML&&e.target.outerHTML.slice(0,300)))""")
    page.on("console",lambda m:print(m.text[:400], m.location))
    page.goto("/quan-tri/cameras/unit/1/change/")
    page.wait_for_load_state("networkidle")
    print(page.content()[:1500])
