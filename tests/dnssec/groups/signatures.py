def altered(owner, rdtype, text):
    import dns.rdata
    def change(zone):
        rrset = zone.at(owner, rdtype)
        rrset.rdatas = [dns.rdata.from_text("IN", rdtype, text, origin=zone.name, relativize=False)]
    return change
