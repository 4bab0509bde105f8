/// Moves of partitions for whoever has gateways and movers of their own: the same protocol as
/// Drover's (docs/library.md).
@NullMarked
package dev.drover.library;

import org.jspecify.annotations.NullMarked;
