/// How an engine is tortured: its homes as processes, its clients, and a look past all gateways.
@NullMarked
package dev.drover.engine.torture;

import org.jspecify.annotations.NullMarked;
