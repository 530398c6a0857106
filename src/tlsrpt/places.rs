//! Lines and columns of findings on a text that may be one line of ten million octets (RFC 8460 §4.4 asks for no line
//! ends): counted once for all of them.

use crate::finding::Finding;
use crate::ordered::by_key;

/// Lines and columns of all findings, in one pass over the text, however long its lines are.
pub(super) fn place(json: &[u8], findings: &mut [Finding]) {
    let (shift, text) = match json.strip_prefix(b"\xef\xbb\xbf") {
        Some(text) => (3, text),
        None => (0, json),
    };
    let spans = findings
        .iter_mut()
        .filter_map(|finding| finding.span.as_mut());
    let (mut at, mut line, mut column) = (0, 1_usize, 1_usize);
    for span in by_key(spans, |span| span.start) {
        for byte in text.get(at..span.start).unwrap_or_default() {
            if *byte == b'\n' {
                line = line.saturating_add(1);
                column = 1;
            } else if *byte & 0xc0 != 0x80 {
                column = column.saturating_add(1);
            }
        }
        at = span.start;
        (span.line, span.column) = (line, column);
        span.start = span.start.saturating_add(shift);
        span.end = span.end.saturating_add(shift);
    }
}
