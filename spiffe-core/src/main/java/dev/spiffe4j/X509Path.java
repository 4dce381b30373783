package dev.spiffe4j;

import java.security.cert.X509Certificate;
import java.util.List;

/** A verified path: certificates from the leaf up, and the authority that signed the last one. */
record X509Path(List<X509Certificate> chain, X509Certificate authority) {}
