/// The words of the protocol: partitions, who owns them, moves, and the stamps and checksums that
/// records carry.
@NullMarked
package dev.drover.core;

import org.jspecify.annotations.NullMarked;
