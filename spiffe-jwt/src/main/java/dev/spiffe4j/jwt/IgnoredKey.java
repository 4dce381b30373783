package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.TrustDomain;

/**
 * An entry of a bundle document that is not trusted, and does not keep the others from being used.
 *
 * @param trustDomain whose bundle it is in
 * @param index its place among the keys of that bundle, from 0
 * @param reason what is wrong with it: {@code BAD_PROFILE} also for another {@code use}, and {@code
 *     UNSUPPORTED_KEY} for another {@code kty} or curve, both of which future documents may have
 * @param detail what is wrong with it, in words
 */
public record IgnoredKey(
    TrustDomain trustDomain, int index, InvalidDocumentException.Reason reason, String detail) {
  /**
   * Makes a report.
   *
   * @param trustDomain whose bundle it is in
   * @param index its place among the keys of that bundle, from 0
   * @param reason what is wrong with it: {@code BAD_PROFILE} also for another {@code use}, and
   *     {@code UNSUPPORTED_KEY} for another {@code kty} or curve, both of which future documents
   *     may have
   * @param detail what is wrong with it, in words
   */
  public IgnoredKey {
    requireNonNull(trustDomain, "trustDomain");
    requireNonNull(reason, "reason");
    requireNonNull(detail, "detail");
  }
}
