/// What stands between a client's request and a home: sessions, guards, routes and the gate itself.
/// Lock-free and made for event loops; time comes in as an argument.
@NullMarked
package dev.drover.core.gate;

import org.jspecify.annotations.NullMarked;
