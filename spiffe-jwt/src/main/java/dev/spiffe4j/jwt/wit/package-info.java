/**
 * Incubating, as WIT-SVID itself is: types and behaviour may change in any release.
 *
 * <p>A WIT-SVID names a workload and binds a public key to its name; only together with a proof
 * that the sender holds the private key does it authenticate anybody. The way of a request:
 *
 * <ul>
 *   <li>the sender has a {@link dev.spiffe4j.jwt.wit.WitSvid} and makes a proof for one request
 *       with a {@link dev.spiffe4j.jwt.wit.WitProofSigner};
 *   <li>the recipient checks the token with a {@link dev.spiffe4j.jwt.wit.WitSvidVerifier}, which
 *       gives an {@link dev.spiffe4j.jwt.wit.UnprovenWitSvid} that names nobody;
 *   <li>with the proof and what was really requested, a {@link
 *       dev.spiffe4j.jwt.wit.WitProofVerifier} makes a {@link dev.spiffe4j.jwt.wit.VerifiedWitSvid}
 *       of it.
 * </ul>
 *
 * <p>Proofs are Workload Proof Tokens (draft-ietf-wimse-wpt-02).
 */
package dev.spiffe4j.jwt.wit;
