package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The body of a request for several documents, as it is sent to the cluster. Each document has its
/// index in it, so the cluster's path needs none.
public final class MgetBody {
  /// How many documents one request may ask for.
  public static final int DOCUMENTS_MAX = 10_000;

  private static final String INDEX = "_index";
  private static final String ID = "_id";
  private static final String ROUTING = "routing";

  private static final ObjectRule KEYS =
      ObjectRule.of("docs")
          .with(SCALAR, "version", "version_type")
          .with(DATA, "_source")
          .with(SearchParts.STORED_FIELDS, "stored_fields");

  private final byte[] body;
  private final List<Asked> documents;

  private MgetBody(byte[] body, List<Asked> documents) {
    this.body = body;
    this.documents = Collections.unmodifiableList(documents);
  }

  /// A document that is asked for, in the client's names.
  public record Asked(String index, String id) {}

  public static MgetBody of(byte[] body, RequestView view) throws Refused {
    Mget rule = new Mget();
    byte[] walked = Walk.over(body, view, rule);
    if (rule.asked.isEmpty()) {
      throw Refused.argument("no documents to get: the body has [docs] or [ids]");
    }
    return new MgetBody(walked, rule.asked);
  }

  public byte[] body() {
    return body;
  }

  /// In the order in which the cluster answers.
  public List<Asked> documents() {
    return documents;
  }

  private static final class Mget implements Rule {
    private final List<Asked> asked = new ArrayList<>();
    private boolean list;

    @Override
    public void walk(Walk walk) throws Refused {
      walk.require(JsonToken.START_OBJECT, "an object");
      walk.to().writeStartObject();
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        if (!name.equals("docs") && !name.equals("ids")) {
          throw Refused.parsing("unknown key [" + name + "], expected [docs] or [ids]");
        }
        if (list) {
          throw Refused.parsing("send either [docs] or [ids], not both");
        }
        list = true;
        walk.require(JsonToken.START_ARRAY, "an array for [" + name + "]");
        walk.to().writeName("docs");
        walk.to().writeStartArray();
        while (walk.next() != JsonToken.END_ARRAY) {
          one(walk);
        }
        walk.to().writeEndArray();
      }
      walk.to().writeEndObject();
    }

    private void one(Walk walk) throws Refused {
      if (asked.size() == DOCUMENTS_MAX) {
        throw Refused.argument(
            "the request asks for more than " + DOCUMENTS_MAX + " documents: send several");
      }
      walk.to().writeStartObject();
      if (walk.scalar()) {
        end(walk, null, walk.text());
        return;
      }
      walk.require(JsonToken.START_OBJECT, "an id, or an object for a document");
      String index = null;
      String id = null;
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        switch (name) {
          case INDEX -> index = walk.string();
          case ID -> id = walk.string();
          case ROUTING, Metadata.ROUTING -> routing(walk, name);
          default -> KEYS.member(walk, name);
        }
      }
      end(walk, index, id);
    }

    private void end(Walk walk, @Nullable String index, @Nullable String id) throws Refused {
      if (id == null) {
        throw walk.wrong("a document has no [_id]");
      }
      RequestView view = walk.view();
      String named = index == null ? view.index().orElse(null) : index;
      if (named == null) {
        throw walk.wrong("a document has no [_index], and the path has none");
      }
      walk.to().writeStringProperty(INDEX, view.physical(named));
      walk.to().writeStringProperty(ID, view.idAtHome(id));
      walk.writeRouting();
      walk.to().writeEndObject();
      asked.add(new Asked(named, id));
    }

    private static void routing(Walk walk, String name) throws Refused {
      if (walk.shared()) {
        throw Refused.isolation(
            "[%s] is refused at an index that several tenants share, at %s. Leave it out"
                .formatted(name, walk.where()));
      }
      walk.to().writeName(ROUTING);
      SCALAR.walk(walk);
    }
  }
}
