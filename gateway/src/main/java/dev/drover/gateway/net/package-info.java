/// The network side that all gateways share, on Netty: accepting, event loops, connections to
/// homes, the hold queue, admission, and the orderly end. No class here knows a protocol of
/// clients; an engine brings it as a [dev.drover.gateway.net.Front].
@NullMarked
package dev.drover.gateway.net;

import org.jspecify.annotations.NullMarked;
