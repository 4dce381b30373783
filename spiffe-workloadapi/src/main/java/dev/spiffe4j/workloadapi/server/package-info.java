/**
 * The Workload API: what answers.
 *
 * <ul>
 *   <li>{@link dev.spiffe4j.workloadapi.server.WorkloadApiServer} listens on a {@code SocketFile},
 *       and asks a {@link dev.spiffe4j.workloadapi.server.WorkloadApiHandler} what a caller gets.
 *   <li>Who the caller is: {@code PeerNegotiator} and {@code PeerAdmission} make a {@code
 *       Connection} of what the kernel says, {@link
 *       dev.spiffe4j.workloadapi.server.PeerCredentials}; a {@link
 *       dev.spiffe4j.workloadapi.server.CallerTracker} takes hold of it as a {@link
 *       dev.spiffe4j.workloadapi.server.Caller}; {@code ProcessExit} ends it.
 *   <li>A call passes {@code CallGuard}, waits in {@code Calls}, and is answered by {@code
 *       WorkloadApiService}, a stream by {@code UpdateStream}, which is the {@link
 *       dev.spiffe4j.workloadapi.server.Updates} of the handler. {@code X509Responses}, {@code
 *       JwtResponses} and {@code WitResponses} write the messages, {@code CallStatus} the failures.
 * </ul>
 */
package dev.spiffe4j.workloadapi.server;
