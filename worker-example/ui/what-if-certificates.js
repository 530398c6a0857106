/**
 * Two certificates that stand for those nobody has seen: `mx.example`, signed by themselves, with two keys made for this
 * purpose and thrown away. Only their keys matter, to TLSA records that do or do not match (RFC 7672 §3.1.1).
 */

export const SOME_CERTIFICATE = octets(
  'MIIBgTCCASegAwIBAgIUC/BqqJCfpSEjPOD0I6Axnnmcc2IwCgYIKoZIzj0EAwIwFTETMBEGA1UEAwwKbXguZXhhbXBsZTAgFw0yNjExMjQxOTQy' +
    'NThaGA8yMTI2MTAzMTE5NDI1OFowFTETMBEGA1UEAwwKbXguZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABD5M06O+BioudvdXwc5Y' +
    'wAKnM+xg5nqDb2spN6nTwr3B1ZuCx1zhTIW5BBAIvqiy8FUhTeBRuJqbQ9Gd6aMKbiGjUzBRMB0GA1UdDgQWBBQEEnBi8GIvP1QO3Bd0Br4WJ4ox' +
    'jDAfBgNVHSMEGDAWgBQEEnBi8GIvP1QO3Bd0Br4WJ4oxjDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIGTHOxUsx88CgfPOAvQM' +
    'jmeUgYyglnWmhnhEv0nkK55dAiEAikVJkiYsYHODvmb5oQXGwVaALzjQzTxk9b+32adQUIU=',
);

export const OTHER_CERTIFICATE = octets(
  'MIIBgjCCASegAwIBAgIUF13eKL4TO9R3tWH8GuTbxcY3Ix4wCgYIKoZIzj0EAwIwFTETMBEGA1UEAwwKbXguZXhhbXBsZTAgFw0yNjExMjQxOTQy' +
    'NThaGA8yMTI2MTAzMTE5NDI1OFowFTETMBEGA1UEAwwKbXguZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABP27a9zqMVk+fqjck01W' +
    'JpFg2IjHdb6xFMHSOC0aADCyld5jG2HYKuVMrUEcaZy9SOVwT7oH1bky9YIIhsPXa9mjUzBRMB0GA1UdDgQWBBTbFQ/djVWdgEgc2+T7lpENabJ9' +
    'qjAfBgNVHSMEGDAWgBTbFQ/djVWdgEgc2+T7lpENabJ9qjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCRM+1P1zCzNtgcpruQ' +
    'Uuwh1jnzdic5Hbp+4kTTERY++wIhAIjIv4sFTeAuiUx7MYdHGeS1+YYBFtB3ek2dPwdZquU5',
);

/** @param {string} base64 */
function octets(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
