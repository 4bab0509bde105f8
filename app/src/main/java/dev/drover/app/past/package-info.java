/// The past that a store must not have lost: who bears witness to it, what speaks against a store,
/// and how an operator goes on from there.
@NullMarked
package dev.drover.app.past;

import org.jspecify.annotations.NullMarked;
