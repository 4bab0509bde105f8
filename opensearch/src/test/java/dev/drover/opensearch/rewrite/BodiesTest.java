package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the bodies of other requests than searches become.
class BodiesTest {
  private static final RequestView OWN = Views.of("acme", "index:solo-*");
  private static final RequestView CLUSTER = Views.of("acme", "cluster");

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8).replace('"', '\'');
  }

  @Test
  void aCountIsOfTheTenantsDocuments() throws Exception {
    assertThat(text(QueryBody.of(new byte[0], Views.ACME, Optional.empty())))
        .isEqualTo(
            "{'query':{'bool':{'must':[{'match_all':{}}],'filter':[{'term':{'_routing':'acme'}}]}}}");
    assertThat(text(QueryBody.of(Views.bytes("{}"), OWN, Optional.empty()))).isEqualTo("{}");
    Optional<byte[]> q = UrlQuery.of(Map.of("q", "a"));
    assertThat(text(QueryBody.of(Views.bytes("{}"), CLUSTER, q)))
        .isEqualTo("{'query':{'query_string':{'query':'a'}}}");
    assertThatThrownBy(() -> QueryBody.of(Views.bytes("{'size':1}"), Views.ACME, Optional.empty()))
        .hasMessageContaining("[size]");
  }

  @Test
  void anUpdateKeepsItsDocumentAndGivesItsConditionsApart() throws Exception {
    UpdateBody update =
        UpdateBody.of(
            Views.bytes(
                "{'doc':{'_routing':'x','a':[1.50,null]},'if_seq_no':3,'if_primary_term':1048577,'_source':true}"),
            Views.ACME);
    assertThat(text(update.body()))
        .isEqualTo("{'doc':{'_routing':'x','a':[1.50,null]},'_source':true}");
    assertThat(update.ifSeqNo()).hasValue(3);
    assertThat(update.ifPrimaryTerm()).hasValue(1_048_577);
    assertThat(update.script()).isFalse();
    UpdateBody scripted =
        UpdateBody.of(
            Views.bytes("{'script':{'source':'ctx._source.a++','lang':'painless'},'upsert':{}}"),
            Views.ACME);
    assertThat(scripted.script()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'script':{'id':'stored'}}",
        "{'document':{}}",
        "{'doc':{},'if_seq_no':-1}",
        "{'doc':{},'if_seq_no':1.5}",
        "[]",
        "{'doc':{}}{}"
      })
  void anUpdateThatIsNoneIsRefused(String body) {
    assertThatThrownBy(() -> UpdateBody.of(Views.bytes(body), OWN)).isInstanceOf(Refused.class);
  }

  @Test
  void documentsAreAskedForByTheNamesOfTheHome() throws Exception {
    MgetBody mget =
        MgetBody.of(
            Views.bytes("{'docs':[{'_id':'1','_source':['a']},{'_index':'users','_id':'beta:2'}]}"),
            Views.ACME);
    assertThat(text(mget.body()))
        .isEqualTo(
            "{'docs':[{'_source':['a'],'_index':'all-orders','_id':'acme:1','routing':'acme'},"
                + "{'_index':'all-users','_id':'acme:beta:2','routing':'acme'}]}");
    assertThat(mget.documents())
        .containsExactly(new MgetBody.Asked("orders", "1"), new MgetBody.Asked("users", "beta:2"));
    assertThat(text(MgetBody.of(Views.bytes("{'ids':['1','2']}"), OWN).body()))
        .isEqualTo(
            "{'docs':[{'_index':'solo-orders','_id':'1'},{'_index':'solo-orders','_id':'2'}]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'docs':[{'_id':'1','routing':'beta'}]}",
        "{'docs':[{'_id':'1','_routing':'beta'}]}",
        "{'docs':[{'_index':'all-*','_id':'1'}]}",
        "{'docs':[{'_index':'_all','_id':'1'}]}",
        "{'docs':[{'_id':'1','stored_fields':['_routing']}]}",
        "{'docs':[{}]}",
        "{'docs':[{'_id':'1'}],'ids':['1']}",
        "{'ids':[['1']]}",
        "{}"
      })
  void documentsThatAreNotTheTenantsAreRefused(String body) {
    assertThatThrownBy(() -> MgetBody.of(Views.bytes(body), Views.ACME))
        .isInstanceOf(Refused.class);
  }

  @Test
  void eachOfSeveralSearchesIsRewritten() throws Exception {
    byte[] body =
        MsearchBody.of(
            Views.bytes(
                "{'index':['users'],'preference':'_local'}\n{'size':1}\n\n{'pit':{'id':'sealed'}}\n"),
            new RequestView(Views.ACME.documents(), Optional.empty(), Switches.NONE),
            Views.PITS);
    String all =
        "'query':{'bool':{'must':[{'match_all':{}}],'filter':[{'term':{'_routing':'acme'}}]}}}";
    assertThat(text(body))
        .isEqualTo(
            "{'preference':'_local','index':'all-users','routing':'acme'}\n{'size':1,"
                + all
                + "\n{}\n{'pit':{'id':'real'},"
                + all
                + "\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}\n",
        "{}\n{}",
        "{'index':['a','b']}\n{}\n",
        "{'index':'all-*'}\n{}\n",
        "{'routing':'beta'}\n{}\n",
        "{'preference':'_shards:0'}\n{}\n",
        "{'nothing':1}\n{}\n",
        "{}\n{'aggs':{'g':{'global':{}}}}\n",
        "{}\n{'pit':{'id':'sealed'}}\n"
      })
  void severalSearchesWithAWrongOneAreRefused(String body) {
    assertThatThrownBy(() -> MsearchBody.of(Views.bytes(body), Views.ACME, Views.PITS))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aByQueryRequestIsTakenApart() throws Exception {
    ByQueryBody parts =
        ByQueryBody.of(
            Views.bytes(
                "{'query':{'ids':{'values':['1']}},'script':{'source':'ctx._source.a=1'},'max_docs':5,'conflicts':'proceed','slice':{'id':0,'max':2}}"),
            Views.ACME,
            true,
            Optional.empty());
    assertThat(text(parts.query()))
        .isEqualTo(
            "{'bool':{'must':[{'ids':{'values':['acme:1']}}],'filter':[{'term':{'_routing':'acme'}}]}}");
    assertThat(text(parts.script().orElseThrow())).isEqualTo("{'source':'ctx._source.a=1'}");
    assertThat(text(parts.slice().orElseThrow())).isEqualTo("{'id':0,'max':2}");
    assertThat(parts.maxDocs()).hasValue(5);
    assertThat(parts.proceedOnConflicts()).hasValue(true);
    ByQueryBody empty = ByQueryBody.of(new byte[0], CLUSTER, true, Optional.empty());
    assertThat(text(empty.query())).isEqualTo("{'match_all':{}}");
    assertThatThrownBy(
            () ->
                ByQueryBody.of(
                    Views.bytes("{'script':{'source':'1'}}"), OWN, false, Optional.empty()))
        .hasMessageContaining("[script]");
    assertThatThrownBy(
            () ->
                ByQueryBody.of(
                    Views.bytes("{'query':{'has_child':{}}}"), Views.ACME, false, Optional.empty()))
        .isInstanceOf(Refused.class);
  }

  @Test
  void termVectorsCountNothingOfOthers() throws Exception {
    assertThat(text(OtherBodies.termVectors(Views.bytes("{'fields':['a']}"), Views.ACME)))
        .isEqualTo("{'fields':['a'],'field_statistics':false}");
    for (String body :
        new String[] {
          "{'term_statistics':true}",
          "{'field_statistics':true}",
          "{'filter':{'max_num_terms':3}}",
          "{'_id':'beta:1'}",
          "{'routing':'beta'}",
          "{'fields':['_routing']}"
        }) {
      assertThatThrownBy(() -> OtherBodies.termVectors(Views.bytes(body), Views.ACME))
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void whatAnalyzesATextReadsNoFiles() throws Exception {
    String body =
        "{'text':['a'],'tokenizer':'standard','filter':[{'type':'stop','stopwords':['a']}]}";
    assertThat(text(OtherBodies.analyze(Views.bytes(body), Views.ACME))).isEqualTo(body);
    assertThatThrownBy(
            () ->
                OtherBodies.analyze(
                    Views.bytes(
                        "{'text':'a','filter':[{'type':'stop','stopwords_path':'/etc/passwd'}]}"),
                    OWN))
        .hasMessageContaining("[stopwords_path]");
  }

  @Test
  void openContextsAreNamedOneByOne() throws Exception {
    CursorBody scroll =
        CursorBody.scroll(Views.bytes("{'scroll_id':'a','scroll':'1m'}"), Views.ACME);
    assertThat(scroll.ids()).containsExactly("a");
    assertThat(scroll.keepAlive()).hasValue("1m");
    assertThat(CursorBody.pits(Views.bytes("{'pit_id':['a','b']}"), Views.ACME).ids())
        .containsExactly("a", "b");
    assertThat(CursorBody.pits(new byte[0], Views.ACME).ids()).isEmpty();
    assertThatThrownBy(() -> CursorBody.scroll(Views.bytes("{'scroll_id':['_all']}"), Views.ACME))
        .isInstanceOf(Refused.class);
    assertThatThrownBy(() -> CursorBody.pits(Views.bytes("{'x':'a'}"), Views.ACME))
        .isInstanceOf(Refused.class);
  }

  @Test
  void anIndexIsMadeWithWhatConcernsItAlone() throws Exception {
    String body =
        "{'settings':{'index':{'number_of_shards':1,'analysis':{'filter':{'x':{'type':'stop'}}}},'index.refresh_interval':'1s','max_result_window':5},"
            + "'mappings':{'dynamic':false,'properties':{'type':{'type':'keyword'}}}}";
    assertThat(text(IndexBody.create(Views.bytes(body), OWN))).isEqualTo(body);
    assertThat(text(IndexBody.create(new byte[0], OWN))).isEqualTo("{}");
    for (String refused :
        new String[] {
          "{'aliases':{'x':{}}}",
          "{'settings':{'index.default_pipeline':'p'}}",
          "{'settings':{'index':{'final_pipeline':'p'}}}",
          "{'settings':{'index':{'search':{'default_pipeline':'p'}}}}",
          "{'settings':{'routing.allocation.require._name':'n'}}",
          "{'settings':{'analysis.filter.x.synonyms_path':'/etc/passwd'}}",
          "{'settings':{'analysis':{'filter':{'x':{'stopwords_path':'/etc/passwd'}}}}}",
          "{'mappings':{'properties':{'q':{'type':'percolator'}}}}"
        }) {
      assertThatThrownBy(() -> IndexBody.create(Views.bytes(refused), OWN))
          .as(refused)
          .isInstanceOf(Refused.class);
    }
    assertThatThrownBy(
            () -> IndexBody.mapping(Views.bytes("{'properties':{'q':{'type':'percolator'}}}"), OWN))
        .hasMessageContaining("percolator");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,b",
        "*",
        "a*",
        "_all",
        "-a",
        "<a-{now/d}>",
        "c:a",
        ".a",
        "A",
        "a/b",
        "",
        "drover-a",
        "a b"
      })
  void aRequestNamesOneIndexOfTheTenants(String index) {
    assertThatThrownBy(
            () -> RequestView.of(Views.ACME.documents(), Optional.of(index), Switches.NONE))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void anIndexThatTheTenantCannotHaveIsNotThere() {
    RequestView one = Views.of("acme", "shared:all=orders");
    assertThatThrownBy(() -> RequestView.of(one.documents(), Optional.of("all"), Switches.NONE))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isEqualTo(404));
  }

  @Test
  void idsHaveTheLengthThatTheHomeAllows() throws Exception {
    assertThat(Views.ACME.idAtHome("x".repeat(507))).hasSize(512);
    assertThatThrownBy(() -> Views.ACME.idAtHome("x".repeat(508))).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> Views.ACME.idAtHome("")).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> Views.ACME.idAtHome("\uD800")).isInstanceOf(Refused.class);
  }
}
