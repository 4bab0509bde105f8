package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.answer.AnswerWords;
import dev.drover.opensearch.answer.BadAnswer;
import dev.drover.opensearch.bulk.FieldInjection;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Documents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.function.UnaryOperator;

/// Sources with and without the field by which a shared index keeps tenants apart: as gateways
/// write and show them.
final class FieldBytes {
  /// For the field.
  private static final int MORE = 128;

  private FieldBytes() {}

  /// @throws MoverException.Refused if the document has such a field
  static byte[] with(Doc doc, Documents at) throws MoverException.Refused {
    ByteBuf out = Unpooled.buffer(doc.bytes() + MORE);
    try {
      FieldInjection injection = FieldInjection.of(at).orElseThrow();
      injection.write(doc.body(), doc.from(), doc.to(), out);
      injection.end();
      return ByteBufUtil.getBytes(out);
    } catch (Refused e) {
      throw new MoverException.Refused(
          "document '%s' of tenant '%s' cannot be kept at '%s': %s. Change the document, or name another place"
              .formatted(doc.id(), at.tenant(), at.locator(), e.reason()),
          null);
    }
  }

  static byte[] without(Doc doc, Documents at) throws MoverException.Refused {
    var rewriter =
        new AnswerRewriter(new AnswerWords(at, UnaryOperator.identity()), AnswerShape.SOURCE);
    try {
      ByteBuf shown = rewriter.rewrite(Unpooled.wrappedBuffer(doc.body(), doc.from(), doc.bytes()));
      rewriter.end();
      return ByteBufUtil.getBytes(shown);
    } catch (BadAnswer e) {
      throw new MoverException.Refused(
          "document '%s' of tenant '%s' at '%s' cannot be read: %s. Write it anew"
              .formatted(doc.id(), at.tenant(), at.locator(), e.getMessage()),
          null);
    }
  }
}
