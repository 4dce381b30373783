package dev.spiffe4j.attest;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SpiffeId;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a server knows of a node that has attested: which SVID its agent may use, and what was found
 * out about the node. Immutable and thread-safe.
 */
public final class AttestedNode {
  private final SpiffeId agentId;
  private final String attestationType;
  private final Set<Selector> selectors;
  private final boolean reattestable;
  private final @Nullable Certificate current;
  private final @Nullable Certificate pending;

  private AttestedNode(
      SpiffeId agentId,
      String attestationType,
      Set<Selector> selectors,
      boolean reattestable,
      @Nullable Certificate current,
      @Nullable Certificate pending) {
    this.agentId = agentId;
    this.attestationType = attestationType;
    this.selectors = selectors;
    this.reattestable = reattestable;
    this.current = current;
    this.pending = pending;
  }

  /**
   * Makes the record of a node that has just attested.
   *
   * @param agentId its agent
   * @param attestationType how it attested
   * @param selectors what was found out about it
   * @param reattestable whether it can attest in the same way again
   * @param current its agent's SVID
   * @return the record
   */
  public static AttestedNode of(
      SpiffeId agentId,
      String attestationType,
      Collection<Selector> selectors,
      boolean reattestable,
      Certificate current) {
    return new AttestedNode(
        requireNonNull(agentId, "agentId"),
        requireNonNull(attestationType, "attestationType"),
        Collections.unmodifiableSet(new TreeSet<>(selectors)),
        reattestable,
        requireNonNull(current, "current"),
        null);
  }

  /**
   * Its agent.
   *
   * @return the agent's SPIFFE ID
   */
  public SpiffeId agentId() {
    return agentId;
  }

  /**
   * How it attested.
   *
   * @return the type of the attestor
   */
  public String attestationType() {
    return attestationType;
  }

  /**
   * What was found out about it.
   *
   * @return the selectors, sorted, unmodifiable
   */
  public Set<Selector> selectors() {
    return selectors;
  }

  /**
   * Whether it can attest in the same way again.
   *
   * @return true if it renews by doing so
   */
  public boolean reattestable() {
    return reattestable;
  }

  /**
   * The SVID that its agent uses.
   *
   * @return the certificate, or nothing if the agent is banned
   */
  public Optional<Certificate> current() {
    return Optional.ofNullable(current);
  }

  /**
   * The SVID that its agent got and has not used yet.
   *
   * @return the certificate, or nothing if there is none
   */
  public Optional<Certificate> pending() {
    return Optional.ofNullable(pending);
  }

  /**
   * Whether its agent is shut out for good.
   *
   * @return true if no SVID of it works
   */
  public boolean isBanned() {
    return current == null;
  }

  /**
   * The record after a renewal: both SVIDs work until the new one is used.
   *
   * @param renewed the new SVID
   * @return a new record
   */
  public AttestedNode withPending(Certificate renewed) {
    return new AttestedNode(
        agentId,
        attestationType,
        selectors,
        reattestable,
        current,
        requireNonNull(renewed, "renewed"));
  }

  /**
   * The record after the first use of the renewed SVID: the old one is worth nothing.
   *
   * @return a new record, or this one if nothing is pending
   */
  public AttestedNode withPendingPromoted() {
    return pending == null
        ? this
        : new AttestedNode(agentId, attestationType, selectors, reattestable, pending, null);
  }

  /**
   * The record of the agent shut out.
   *
   * @return a new record
   */
  public AttestedNode banned() {
    return new AttestedNode(agentId, attestationType, selectors, reattestable, null, null);
  }

  @Override
  public String toString() {
    return "AttestedNode[" + agentId + (isBanned() ? ", banned]" : "]");
  }

  /**
   * An SVID of an agent, by what its record keeps.
   *
   * @param serialNumber the serial number
   * @param expiresAt the end of its validity
   */
  public record Certificate(BigInteger serialNumber, Instant expiresAt) {}
}
