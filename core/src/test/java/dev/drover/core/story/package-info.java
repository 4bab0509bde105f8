/// The stories of the protocol, played by the machines and compared with transcripts.
@NullMarked
package dev.drover.core.story;

import org.jspecify.annotations.NullMarked;
