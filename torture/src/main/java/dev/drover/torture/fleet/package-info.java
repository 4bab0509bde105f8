/// The processes under torture, and the disk of the store.
@NullMarked
package dev.drover.torture.fleet;

import org.jspecify.annotations.NullMarked;
