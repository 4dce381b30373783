/**
 * gRPC over HTTP/2 (RFC 9113, RFC 7541), the half of a client, and no more of it than the Workload
 * API needs: one request message a call, no TLS, no proxies, no names to resolve. A process waits
 * for its first SVID; a general transport takes three times as long to be set up as all the rest of
 * it.
 *
 * <ul>
 *   <li>{@link dev.spiffe4j.workloadapi.http2.GrpcClient} connects when there is a call, and is all
 *       that the sources and clients know. Everything below it runs on the one thread of its {@code
 *       EventLoop}.
 *   <li>{@code Connection} is a connection: {@code FrameReader} takes frames apart, {@code Output}
 *       holds what was not sent yet, {@code KeepAlive} notices a peer that stands still, {@code
 *       SendWindow} and {@code ReceiveWindow} bound what is on the way.
 *   <li>{@code Stream} is a call: {@code RequestHeaders} begin it, {@code ResponseHeaders} say how
 *       it went, {@code MessageReader} finds the messages in between, and a {@code Receiver} has
 *       the listener told.
 *   <li>{@code HpackDecoder} reads headers, with {@code HeaderTable} and {@code Huffman}.
 * </ul>
 *
 * <p>A server that breaks a rule of the protocol is told an {@code ErrorCode} and loses the
 * connection, or the stream if no other can be harmed; the caller gets a status with an {@link
 * dev.spiffe4j.workloadapi.http2.Http2Exception} behind it.
 */
package dev.spiffe4j.workloadapi.http2;
