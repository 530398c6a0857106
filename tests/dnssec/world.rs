//! A small DNS made by hand: anchors, a clock, and the message for each question.

use std::collections::BTreeMap;

use mxseal::crypto::SignatureVerifier;
use mxseal::dns::{Dnskey, Question, RecordType};
use mxseal::dnssec::{AnchorKey, Limits, Lookup, LookupResult, TrustAnchor, Validator};
use mxseal::{Name, Time};

use crate::signer::{AT, Key, Signing, nsec, set, soa};
use crate::wire::{Response, Rr, question};

/// The anchored zone of most worlds.
pub(crate) const ZONE: &str = "zone.test";

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) anchors: Vec<TrustAnchor>,
    pub(crate) at: u32,
    pub(crate) limits: Limits,
    messages: BTreeMap<Question, Vec<u8>>,
}

impl World {
    /// No zone at all.
    pub(crate) fn empty() -> Self {
        Self {
            anchors: Vec::new(),
            at: AT,
            limits: Limits::default(),
            messages: BTreeMap::new(),
        }
    }

    /// `zone.test` under an anchor, with the key of seed 1.
    pub(crate) fn island() -> Self {
        let mut world = Self::empty();
        world.anchor(ZONE, &Key::new(1));
        world.keys(ZONE, &[&Key::new(1)], &Key::new(1));
        world
    }

    /// `test` under an anchor with the key of seed 2; `zone.test` delegated by it, with the key of seed 1.
    pub(crate) fn delegated() -> Self {
        let mut world = Self::empty();
        world.anchor("test", &Key::new(2));
        world.keys("test", &[&Key::new(2)], &Key::new(2));
        world.delegation(
            ZONE,
            &[Key::new(1).ds(ZONE, 2)],
            &Signing::by(&Key::new(2), "test"),
        );
        world.keys(ZONE, &[&Key::new(1)], &Key::new(1));
        world
    }

    pub(crate) fn anchor(&mut self, zone: &str, key: &Key) {
        self.anchor_rdata(zone, &key.rdata());
    }

    pub(crate) fn anchor_rdata(&mut self, zone: &str, rdata: &[u8]) {
        self.anchors.push(TrustAnchor {
            zone: zone.parse().unwrap(),
            key: AnchorKey::Dnskey(Dnskey {
                flags: u16::from_be_bytes([rdata[0], rdata[1]]),
                protocol: rdata[2],
                algorithm: rdata[3],
                public_key: rdata[4..].to_vec(),
            }),
        });
    }

    /// The keys of a zone, signed by one.
    pub(crate) fn keys(&mut self, zone: &str, keys: &[&Key], by: &Key) {
        let data: Vec<Vec<u8>> = keys.iter().map(|key| key.rdata()).collect();
        let keys = set(zone, RecordType::Dnskey, &data);
        self.answer(zone, RecordType::Dnskey, Signing::by(by, zone).signed(keys));
    }

    pub(crate) fn delegation(&mut self, zone: &str, ds: &[Vec<u8>], signing: &Signing<'_>) {
        let ds = set(zone, RecordType::Ds, ds);
        self.answer(zone, RecordType::Ds, signing.signed(ds));
    }

    /// The proof that no zone begins at a name of `zone.test`.
    pub(crate) fn no_cut(&mut self, owner: &str) {
        let key = Key::new(1);
        let sign = |set: Vec<Rr>| Signing::by(&key, ZONE).signed(set);
        let proof = nsec(owner, ZONE, &[RecordType::A]);
        let authority = [sign(soa(ZONE)), sign(proof)].concat();
        self.put(owner, RecordType::Ds, 0, Vec::new(), authority);
    }

    /// A positive answer.
    pub(crate) fn answer(&mut self, owner: &str, record_type: RecordType, answer: Vec<Rr>) {
        self.put(owner, record_type, 0, answer, Vec::new());
    }

    pub(crate) fn put(
        &mut self,
        owner: &str,
        record_type: RecordType,
        rcode: u8,
        answer: Vec<Rr>,
        authority: Vec<Rr>,
    ) {
        let response = Response {
            rcode,
            authentic_data: false,
            sections: [answer, authority, Vec::new()],
        };
        let question = question(owner, record_type);
        self.messages
            .insert(question.clone(), response.write(&question));
    }

    pub(crate) fn validator<'v>(&self, verifier: &'v dyn SignatureVerifier) -> Validator<'v> {
        let at = Time::from_unix(i64::from(self.at));
        Validator::new(self.anchors.clone(), at, self.limits, verifier)
    }

    pub(crate) fn look_up(
        &self,
        asked: (&str, RecordType),
        verifier: &dyn SignatureVerifier,
    ) -> LookupResult {
        self.run(self.validator(verifier), asked)
    }

    /// What no message is there for fails.
    pub(crate) fn run(
        &self,
        validator: Validator<'_>,
        (owner, kind): (&str, RecordType),
    ) -> LookupResult {
        Lookup::run(
            validator,
            Question::new(Name::parse(owner).unwrap(), kind),
            |query| {
                let asked = mxseal::dns::Message::parse(query)
                    .unwrap()
                    .question
                    .unwrap();
                self.messages
                    .get(&asked)
                    .cloned()
                    .ok_or_else(|| "not-recorded".to_owned())
            },
        )
    }

    /// Brings a validator to its end.
    pub(crate) fn settle(&self, validator: &mut Validator<'_>) {
        while !validator.is_idle() {
            for question in validator.wants() {
                match self.messages.get(&question) {
                    Some(octets) => validator.learn_octets(&question, octets),
                    None => {
                        validator.fail(&question, "not-recorded");
                    }
                }
            }
        }
    }
}
