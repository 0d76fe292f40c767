"""Makes the workbooks beside it: python3 make.py (the same bytes each time).

They have what Excel, LibreOffice and Google Sheets write: shared strings with
runs and phonetic guides, inline strings, styles, both calendars, formulas with
their values, errors, rows and cells left out."""
import os, zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
# s=1 a date of Excel, s=2 dd/mm/yyyy hh:mm, s=3 00000, s=4 0.00 €, s=5 a text with letters of dates
STYLES = HEAD + f'''<styleSheet xmlns="{MAIN}"><numFmts count="4"><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/>
<numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="#,##0.00\\ &quot;€&quot;"/><numFmt numFmtId="167" formatCode="[Red]0&quot; jours/mois&quot;"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="6"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs></styleSheet>'''


def book(name, sheets, strings=None, pr='', styles=STYLES, prefix=''):
    with zipfile.ZipFile(os.path.join(HERE, name), 'w', zipfile.ZIP_DEFLATED) as z:
        def put(path, text):
            z.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
        put('[Content_Types].xml', HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        tabs = ''.join(f'<sheet name="{n}" sheetId="{i+1}" r:id="rId{i+1}"{" state=%shidden%s" % (chr(34), chr(34)) if hidden else ""}/>' for i, (n, hidden, _) in enumerate(sheets))
        put('xl/workbook.xml', HEAD + f'<workbook xmlns="{MAIN}" xmlns:r="{REL}">{pr}<sheets>{tabs}</sheets></workbook>')
        rels = ''.join(f'<Relationship Id="rId{i+1}" Type="{REL}/worksheet" Target="{"/xl/" if i else ""}worksheets/sheet{i+1}.xml"/>' for i in range(len(sheets)))
        put('xl/_rels/workbook.xml.rels', HEAD + f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>')
        if styles:
            put('xl/styles.xml', styles)
        if strings is not None:
            put('xl/sharedStrings.xml', HEAD + f'<sst xmlns="{MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">' + ''.join(f'<si>{s}</si>' for s in strings) + '</sst>')
        for i, (_, _, rows) in enumerate(sheets):
            put(f'xl/worksheets/sheet{i+1}.xml', HEAD + f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>{rows}</sheetData></worksheet>')


def t(s): return f'<t xml:space="preserve">{s}</t>'


STRINGS = [t('E-mail'), t('Prénom'), t('Nom'), t('CP'), t('Téléphone'), t('Naissance'), t('Dernier passage'), t('Panier moyen'), t('Abonné'), t('Note'),
           t('lea@mail.example'), '<r><t>Lé</t></r><r><rPr><b/></rPr><t>a</t></r><rPh sb="0" eb="1"><t>NON</t></rPh>', t('Martin'),
           t('noe@mail.example'), t('Noé'), t('Durand'), t('zoe@mail.example'), t('ligne un\nligne &lt;deux&gt;; fin'), t('max@mail.example'), t('_x000D_x_005F_')]
CLIENTS = ('<row r="1">' + ''.join(f'<c r="{chr(65+i)}1" t="s"><v>{i}</v></c>' for i in range(10)) + '</row>'
  '<row r="2"><c r="A2" t="s"><v>10</v></c><c r="B2" t="s"><v>11</v></c><c r="C2" t="s"><v>12</v></c><c r="D2" s="3"><v>1000</v></c><c r="E2"><v>612345678</v></c>'
  '<c r="F2" s="1"><v>30642</v></c><c r="G2" s="2"><v>46348.586805555555</v></c><c r="H2" s="4"><v>12.339999999999998</v></c><c r="I2" t="b"><v>1</v></c><c r="J2" t="s"><v>17</v></c></row>'
  # a row left out, a formula with its value, an inline string, cells left out
  '<row r="4"><c r="A4" t="str"><f>LOWER("NOE@MAIL.EXAMPLE")</f><v>noe@mail.example</v></c><c r="C4" t="inlineStr"><is><r><t>Du</t></r><r><t>rand</t></r></is></c><c r="D4" s="3"><v>44000</v></c><c r="H4" s="4"><f>SUM(A1:A2)</f><v>1.234</v></c></row>'
  '<row r="5"><c r="A5" t="s"><v>16</v></c><c r="D5" t="e"><f>VLOOKUP(A5,X:X,1)</f><v>#N/A</v></c></row>'
  '<row r="6"/>'
  '<row r="7"><c r="A7" t="s"><v>18</v></c><c r="B7" s="1"/><c r="H7" s="5"><v>8</v></c></row>')

book('clients.xlsx', [('Clients', False, CLIENTS)], STRINGS)
book('calendar-1904.xlsx', [('Feuil1', False, '<row><c t="inlineStr"><is><t>email</t></is></c><c t="inlineStr"><is><t>naissance</t></is></c></row><row><c t="inlineStr"><is><t>lea@mail.example</t></is></c><c s="1"><v>29180</v></c></row>')], None, '<workbookPr date1904="1"/>')
book('three-sheets.xlsx', [
    ('Lisez-moi', False, ''),
    ('Paramètres', True, '<row r="1"><c r="A1" t="inlineStr"><is><t>secret</t></is></c></row>'),
    ('Caisse', False, '<row r="1"><c r="A1" t="inlineStr"><is><t>courriel</t></is></c><c r="B1" t="inlineStr"><is><t>ville</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>lea@mail.example</t></is></c><c r="B2" t="inlineStr"><is><t>Évry</t></is></c></row>'),
    ('Web', False, '<row r="1"><c r="A1" t="inlineStr"><is><t>mail</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>noe@mail.example</t></is></c></row>')], None)
ORDERS = ('<row r="1">' + ''.join(f'<c r="{c}1" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in zip('ABCD', ['N° ticket', 'Date', 'Total TTC', 'E-mail'])) + '</row>'
  '<row r="2"><c r="A2"><v>1000000001</v></c><c r="B2" s="2"><v>46348.5</v></c><c r="C2" s="4"><v>1234.5</v></c><c r="D2" t="inlineStr"><is><t>lea@mail.example</t></is></c></row>'
  '<row r="3"><c r="A3"><v>1000000002</v></c><c r="B3" s="1"><v>46349</v></c><c r="C3" s="4"><v>-20</v></c><c r="D3" t="inlineStr"><is><t>lea@mail.example</t></is></c></row>')
book('orders.xlsx', [('Ventes', False, ORDERS)], None)
