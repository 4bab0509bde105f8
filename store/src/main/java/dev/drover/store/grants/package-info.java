/// What those may write who reach a store over a network.
@NullMarked
package dev.drover.store.grants;

import org.jspecify.annotations.NullMarked;
