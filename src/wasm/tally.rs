//! `Tally` for JavaScript. Reports cross as JSON text.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::boundary::{invalid, read};
use crate::time::Time;
use crate::tlsrpt::{HostPolicy, Peer, Tally, report_for_javascript};
use crate::value::read_struct;

/// Sessions, counted.
#[derive(Debug, Default)]
#[wasm_bindgen(js_name = Tally)]
pub struct JsTally(Tally);

struct Arguments {
    results: Vec<HostPolicy>,
    sending_ip: Option<String>,
    host: Option<String>,
    helo: Option<String>,
    receiving_ip: Option<String>,
    at: Time,
}

read_struct!(Arguments {
    results: "results",
    sending_ip: "sendingIp" or default,
    host: "host" or default,
    helo: "helo" or default,
    receiving_ip: "receivingIp" or default,
    at: "at",
});

struct ReportArguments {
    organization_name: String,
    contact_info: String,
    before: Option<Time>,
}

read_struct!(ReportArguments {
    organization_name: "organizationName",
    contact_info: "contactInfo",
    before: "before" or default,
});

#[wasm_bindgen(js_class = Tally)]
impl JsTally {
    /// `new Tally()`.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> JsTally {
        Self::default()
    }

    /// `add({ results, sendingIp?, host?, helo?, receivingIp?, at }, times)`.
    ///
    /// # Errors
    /// Throws `ERR_INVALID_ARGUMENT`.
    pub fn add(&mut self, arguments: JsValue, times: u32) -> Result<(), JsValue> {
        let arguments: Arguments = read(arguments, "arguments of add")?;
        let peer = Peer {
            sending_ip: arguments.sending_ip,
            host: arguments.host,
            helo: arguments.helo,
            receiving_ip: arguments.receiving_ip,
        };
        let times = u64::from(times);
        self.0.add(&arguments.results, &peer, arguments.at, times);
        Ok(())
    }

    /// `merge(other)`.
    pub fn merge(&mut self, other: &JsTally) {
        self.0.merge(&other.0);
    }

    /// `toBytes(): Uint8Array`.
    #[wasm_bindgen(js_name = toBytes)]
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes()
    }

    /// `Tally.fromBytes(octets: Uint8Array)`.
    ///
    /// # Errors
    /// Throws `ERR_INVALID_ARGUMENT` for octets that no tally wrote.
    #[wasm_bindgen(js_name = fromBytes)]
    pub fn from_bytes(octets: &[u8]) -> Result<JsTally, JsValue> {
        Tally::from_bytes(octets).map(Self).map_err(invalid)
    }

    /// `reports({ organizationName, contactInfo, before? }): string[]`, each JSON text.
    ///
    /// # Errors
    /// Throws `ERR_INVALID_ARGUMENT`.
    pub fn reports(&self, arguments: JsValue) -> Result<Vec<String>, JsValue> {
        let ReportArguments {
            organization_name,
            contact_info,
            before,
        } = read(arguments, "arguments of reports")?;
        let reports = self.0.reports(&organization_name, &contact_info, before);
        Ok(reports.into_iter().map(report_for_javascript).collect())
    }

    /// `forget(before: string)`.
    ///
    /// # Errors
    /// Throws `ERR_INVALID_ARGUMENT` for what is no date-time.
    pub fn forget(&mut self, before: &str) -> Result<(), JsValue> {
        self.0.forget(before.parse().map_err(invalid)?);
        Ok(())
    }

    /// `omitted(): number`.
    #[must_use]
    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "a count of sessions is far below 2^53, and a BigInt would be no number"
    )]
    pub fn omitted(&self) -> f64 {
        self.0.omitted() as f64
    }
}
