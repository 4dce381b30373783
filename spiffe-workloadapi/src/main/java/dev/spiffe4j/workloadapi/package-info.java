/**
 * The Workload API: what asks.
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
 *   <li>Both go over a {@code ClientTransport}, which is gRPC over HTTP/2 in {@code .http2} (not
 *       exported); {@code Rpc} describes each question, {@code Responses} reads the answers, {@code
 *       CallFailure} says why there is none.
 * </ul>
 *
 * <p>What answers is in {@link dev.spiffe4j.workloadapi.server}, which uses of this package only
 * {@link dev.spiffe4j.workloadapi.WorkloadApiAddress}, {@link
 * dev.spiffe4j.workloadapi.WorkloadApiException}, {@link dev.spiffe4j.workloadapi.Subscription} and
 * {@link dev.spiffe4j.workloadapi.JwtValidation}; nothing here uses the server.
 */
package dev.spiffe4j.workloadapi;
