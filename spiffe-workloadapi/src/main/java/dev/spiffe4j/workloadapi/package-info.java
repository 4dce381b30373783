/**
 * The Workload API: what asks, what answers, and what both share.
 *
 * <h2>What asks</h2>
 *
 * <ul>
 *   <li>Sources keep themselves up to date: {@link dev.spiffe4j.workloadapi.X509Source}, {@link
 *       dev.spiffe4j.workloadapi.JwtSource}, {@link dev.spiffe4j.workloadapi.WorkloadBundleSource},
 *       {@link dev.spiffe4j.workloadapi.WitSource}. Each is a {@link
 *       dev.spiffe4j.workloadapi.LiveSource} that a {@link dev.spiffe4j.workloadapi.SourceBuilder}
 *       makes. Behind them, {@code SourceCore} has the connection and the threads; a {@code
 *       ReconnectingStream} asks again and again, in the times of {@code Backoff}; a {@code Feed}
 *       holds what the stream has brought, {@code Expiry} says how long of that may be served, and
 *       {@code Subscribers} tell of it. {@code JwtCache} keeps tokens.
 *   <li>{@link dev.spiffe4j.workloadapi.FileX509Source} needs no Workload API: a {@code FileFeed}
 *       reads what a {@code DirectoryWatch} sees come into a directory.
 *   <li>{@link dev.spiffe4j.workloadapi.WorkloadApiClient} and {@link
 *       dev.spiffe4j.workloadapi.AsyncWorkloadApiClient} ask once, through {@code ClientCalls}.
 *   <li>Both go over a {@code ClientTransport}; {@code Rpc} describes each question, {@code
 *       Responses} reads the answers, {@code CallFailure} says why there is none.
 * </ul>
 *
 * <h2>What answers</h2>
 *
 * <ul>
 *   <li>{@link dev.spiffe4j.workloadapi.WorkloadApiServer} listens on a {@code SocketFile}, and
 *       asks a {@link dev.spiffe4j.workloadapi.WorkloadApiHandler} what a caller gets.
 *   <li>Who the caller is: {@code PeerNegotiator} and {@code PeerAdmission} make a {@code
 *       Connection} of what the kernel says, {@link dev.spiffe4j.workloadapi.PeerCredentials}; a
 *       {@link dev.spiffe4j.workloadapi.CallerTracker} takes hold of it as a {@link
 *       dev.spiffe4j.workloadapi.Caller}; {@code ProcessExit} ends it.
 *   <li>A call passes {@code CallGuard}, waits in {@code Calls}, and is answered by {@code
 *       WorkloadApiService}, a stream by {@code UpdateStream}, which is the {@link
 *       dev.spiffe4j.workloadapi.Updates} of the handler. {@code X509Responses}, {@code
 *       JwtResponses} and {@code WitMessages} write the messages, {@code CallStatus} the failures.
 * </ul>
 *
 * <h2>What both share</h2>
 *
 * <p>{@link dev.spiffe4j.workloadapi.WorkloadApiAddress}, {@link
 * dev.spiffe4j.workloadapi.WorkloadApiException} with its reasons, {@link
 * dev.spiffe4j.workloadapi.Subscription}, {@link dev.spiffe4j.workloadapi.JwtValidation}, {@code
 * SecurityHeader}, {@code ClaimsStruct} and {@code DaemonThreads}. Nothing of the client uses the
 * server, and nothing of the server the client.
 */
package dev.spiffe4j.workloadapi;
