/// An engine's homes as processes of this machine, for the demo and for torture.
@NullMarked
package dev.drover.engine.local;

import org.jspecify.annotations.NullMarked;
