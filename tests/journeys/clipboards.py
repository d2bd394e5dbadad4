"""What other programs put on the clipboard, cut short, and what is to become of it."""

GOOGLE_DOCS = (
    '<meta charset=\'utf-8\'><b style="font-weight:normal;" id="docs-internal-guid-1">'
    '<h1 dir="ltr" style="line-height:1.38;"><span style="font-size:20pt;font-weight:400;">Sports'
    ' day</span></h1><p dir="ltr"><span style="font-size:11pt;font-weight:700;">All schools</span>'
    '<span style="font-weight:400;"> and </span><span style="font-style:italic;font-weight:400;">'
    'friends</span><span> </span><a href="https://docs.example/x?a=1&amp;b=2" '
    'style="text-decoration:none;"><span style="color:#1155cc;">here</span></a></p>'
    '<ul style="margin-top:0;"><li dir="ltr" style="list-style-type:disc;" aria-level="1">'
    '<p dir="ltr" role="presentation"><span style="font-weight:400;">one</span></p></li>'
    '<li dir="ltr"><p dir="ltr"><span>two</span></p></li></ul></b>'
    '<br class="Apple-interchange-newline">'
)
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm;} --></style>
</head><body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<p class=MsoNormal><b><span style='mso-bidi-font-weight:bold'>Dear all<o:p></o:p></span></b></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>&middot;<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>apples</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>&middot;<span>&nbsp; </span></span><![endif]>pears</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>first<o:p></o:p></p>
<h2>What&nbsp;next<o:p></o:p></h2>
<p class=MsoNormal>The end<img width=10 src="file:///C:/x/clip_image001.png"></p>
<table><tr><td>left</td><td>right</td></tr></table><!--EndFragment--></body></html>"""
OUTLOOK = (
    '<div class="elementToProof" style="font-family:Aptos;font-size:12pt">Hello<br>again</div>'
    '<div><br></div><div style="font-weight:bold">In bold</div><script>alert(1)</script>'
    '<p onclick="x()" style="background:url(javascript:x)">so\u200b\u200f\u00adft</p>'
    '<div><a href="mailto:office@school.example">write</a> or <a href="http://old.example">look'
    "</a></div>"
)

BY_PROGRAM = {
    "Google Docs": (
        GOOGLE_DOCS,
        (
            "<h3>Sports day</h3><p><strong>All schools</strong> and <em>friends</em> "
            '<a href="https://docs.example/x?a=1&amp;b=2" rel="noopener noreferrer">here</a></p>'
            "<ul><li>one</li><li>two</li></ul>"
        ),
    ),
    "Word": (
        WORD,
        (
            "<p><strong>Dear all</strong></p><ul><li>apples</li><li>pears</li></ul>"
            "<ol><li>first</li></ol><h3>What next</h3><p>The end</p><p>left</p><p>right</p>"
        ),
    ),
    "Outlook": (
        OUTLOOK,
        (
            "<p>Hello</p><p>again</p><p><strong>In bold</strong></p><p>soft</p><p>"
            '<a href="mailto:office@school.example" rel="noopener noreferrer">write</a> or look</p>'
        ),
    ),
}
