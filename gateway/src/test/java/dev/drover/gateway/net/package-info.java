/// The base of all gateways, shown with a line protocol of the tests' own over real sockets.
@NullMarked
package dev.drover.gateway.net;

import org.jspecify.annotations.NullMarked;
