/// Server, gateway and client under TLS, as a configuration wires them.
@NullMarked
package dev.drover.app.tls;

import org.jspecify.annotations.NullMarked;
