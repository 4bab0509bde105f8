package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.tenant.Documents;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a document of one place is called at another one.
record Translation(Place from, Place to) {
  /// A higher version leaves no room for the writes to come.
  private static final long VERSION_MAX = Long.MAX_VALUE - (1L << 32);

  /// What clients call it.
  ///
  /// @param id at the old place
  String clientId(String id) throws MoverException.Refused {
    Optional<String> called = from.documents().called(id);
    if (called.isEmpty()) {
      throw new MoverException.Refused(
          "%s holds document '%s' as one of tenant '%s', but ids of the tenant begin with '%s:' there. Somebody has written it around the gateways. Delete it, or give it such an id, and begin again"
              .formatted(from.home(), id, from.tenant(), from.tenant()),
          null);
    }
    return called.get();
  }

  /// The document as clients have written it.
  Doc clientDoc(Doc doc) throws MoverException.Refused {
    return sourceless(doc) || from.locator().field().isEmpty()
        ? doc
        : doc.with(FieldBytes.without(doc, from.documents()));
  }

  /// The same as it has to be at the new place.
  private Doc docThere(Doc doc) throws MoverException.Refused {
    return sourceless(doc) || to.locator().field().isEmpty()
        ? doc
        : doc.with(FieldBytes.with(doc, to.documents()));
  }

  private static boolean sourceless(Doc doc) {
    return doc.bytes() == 0;
  }

  /// The routing that clients gave it.
  @Nullable String clientRouting(@Nullable String routing) {
    return from.shared() ? null : routing;
  }

  /// What is to be written at the new place.
  Change put(Doc doc) throws MoverException.Refused {
    return putClients(clientDoc(doc));
  }

  /// The same of a document as clients have written it.
  Change putClients(Doc doc) throws MoverException.Refused {
    if (doc.version() > VERSION_MAX) {
      throw new MoverException.Refused(
          "document '%s' of tenant '%s' has the version %d, and versions end soon after that. Write it anew under another id"
              .formatted(doc.id(), from.tenant(), doc.version()),
          null);
    }
    return new Change(
        idThere(doc.id()), routingThere(doc.id(), clientRouting(doc.routing())), docThere(doc));
  }

  /// What is to be removed there.
  Change delete(String id, @Nullable String routing) throws MoverException.Refused {
    return new Change(idThere(id), routingThere(id, clientRouting(routing)), null);
  }

  private String idThere(String id) throws MoverException.Refused {
    String there = to.documents().atHome(clientId(id));
    if (there.getBytes(StandardCharsets.UTF_8).length > Documents.ID_BYTES_MAX) {
      throw new MoverException.Refused(
          "document '%s' of tenant '%s' would be called '%s' at %s, and no id may have more than %d bytes. Move the tenant to an index of its own"
              .formatted(id, from.tenant(), there, to.home(), Documents.ID_BYTES_MAX),
          null);
    }
    return there;
  }

  private @Nullable String routingThere(String id, @Nullable String routing)
      throws MoverException.Refused {
    if (!to.shared()) {
      return routing;
    }
    if (routing != null) {
      throw new MoverException.Refused(
          "document '%s' of tenant '%s' has the routing '%s', which cannot be kept at the shared %s. Move the tenant to an index of its own"
              .formatted(id, from.tenant(), routing, to),
          null);
    }
    return to.documents().routing().orElse(null);
  }

  /// What a document of the new place was called at the old one.
  ///
  /// @return empty if it is not the tenant's
  Optional<Gets.Key> back(Doc there) {
    return to.documents()
        .called(there.id())
        .map(
            id ->
                new Gets.Key(
                    from.documents().atHome(id),
                    from.shared()
                        ? from.documents().routing().orElse(null)
                        : to.shared() ? null : there.routing()));
  }
}
