/// A state store as a log of changes behind one cell with compare-and-set, for databases that offer
/// that and little else.
@NullMarked
package dev.drover.store.log;

import org.jspecify.annotations.NullMarked;
