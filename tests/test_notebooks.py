"""Tables of notebooks hold everything as plain text."""

from assemblysim.notebooks import html_table


def test_a_table_has_a_cell_for_each_value_and_runs_no_markup():
    found = html_table("A < B", ("name",), [("<script>",), ("b",)], "more & more")

    assert found == (
        "<table><caption>A &lt; B</caption><tr><th>name</th></tr><tr><td>&lt;script&gt;</td></tr>"
        "<tr><td>b</td></tr></table><p>more &amp; more</p>"
    )
    assert html_table("", (), []).endswith("</table>")
