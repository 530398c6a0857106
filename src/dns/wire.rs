//! Reading octets of a message one field at a time (RFC 1035 §4.1), over the parser of the `domain`
//! crate: this file and [`Name`] are the only ones that know that crate.

use domain::base::name::{ParsedName, ToName};
use domain::dep::octseq::Parser;

use super::message::MessageError;
use crate::name::Name;

/// A place in a message, and the end it may not pass.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(Parser<'a, [u8]>);

/// A name as it stood: original case, compression taken out.
pub(super) struct WireName {
    /// Uncompressed octets, case kept.
    pub(super) octets: Vec<u8>,
    /// Whether a pointer was followed (RFC 1035 §4.1.4).
    pub(super) compressed: bool,
}

impl<'a> Reader<'a> {
    /// At the first octet of a message.
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self(Parser::from_ref(octets))
    }

    /// Octets from the start of the message.
    pub(super) fn offset(&self) -> usize {
        self.0.pos()
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.0.remaining() == 0
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<(), MessageError> {
        if self.is_done() {
            Ok(())
        } else {
            Err(MessageError::TrailingOctets {
                offset: self.offset(),
            })
        }
    }

    pub(super) fn u8(&mut self) -> Result<u8, MessageError> {
        let short = self.short();
        self.0.parse_u8().map_err(|_| short)
    }

    pub(super) fn u16(&mut self) -> Result<u16, MessageError> {
        let short = self.short();
        self.0.parse_u16_be().map_err(|_| short)
    }

    pub(super) fn u32(&mut self) -> Result<u32, MessageError> {
        let short = self.short();
        self.0.parse_u32_be().map_err(|_| short)
    }

    /// The next `count` octets.
    pub(super) fn octets(&mut self, count: usize) -> Result<Vec<u8>, MessageError> {
        let short = self.short();
        let octets = self.0.peek(count).map_err(|_| short)?.to_vec();
        self.0.advance(count).map_err(|_| short)?;
        Ok(octets)
    }

    /// The next `N` octets.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], MessageError> {
        let short = self.short();
        let mut octets = [0; N];
        self.0.parse_buf(&mut octets).map_err(|_| short)?;
        Ok(octets)
    }

    /// A `<character-string>`: one octet of length, then that many (RFC 1035 §3.3).
    pub(super) fn string(&mut self) -> Result<Vec<u8>, MessageError> {
        let length = self.u8()?;
        self.octets(usize::from(length))
    }

    /// All that is left.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        let octets = self.0.peek_all().to_vec();
        self.0.advance_to_end();
        octets
    }

    /// A reader of the next `count` octets, which are passed over. Offsets stay those of the message,
    /// and names may still point back into it.
    pub(super) fn part(&mut self, count: usize) -> Result<Self, MessageError> {
        let short = self.short();
        self.0.parse_parser(count).map(Self).map_err(|_| short)
    }

    /// A name in the engine's form. Pointers lead backwards only, at most 255 of them, and the whole
    /// keeps to 255 octets, so there is no loop (RFC 1035 §4.1.4, §2.3.4).
    pub(super) fn name(&mut self) -> Result<Name, MessageError> {
        self.parsed_name().map(|name| Name::from_wire(&name))
    }

    /// A name as it stands.
    pub(super) fn wire_name(&mut self) -> Result<WireName, MessageError> {
        let start = self.offset();
        let octets = self.parsed_name()?.to_vec().as_slice().to_vec();
        let taken = self.offset().saturating_sub(start);
        Ok(WireName {
            // `ParsedName::is_compressed` is false where a pointer is all there is.
            compressed: taken != octets.len(),
            octets,
        })
    }

    fn parsed_name(&mut self) -> Result<ParsedName<&'a [u8]>, MessageError> {
        let offset = self.offset();
        ParsedName::parse_ref(&mut self.0).map_err(|_| MessageError::Name { offset })
    }

    fn short(&self) -> MessageError {
        MessageError::Short {
            offset: self.offset(),
        }
    }
}
