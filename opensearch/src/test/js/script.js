// What an application does with OpenSearch's JavaScript client. One line of JSON for each step: its
// name, the status, and the body as the client gives it.
//
// node script.js URL [TENANT]
'use strict';

const { Client } = require('@opensearch-project/opensearch');

const [node, tenant] = process.argv.slice(2);
const client = new Client({
  node,
  maxRetries: 0,
  headers: tenant ? { 'x-tenant': tenant } : {},
});
const index = 'orders';

async function step(name, ask) {
  let seen;
  try {
    const answer = await ask();
    seen = { step: name, status: answer.statusCode, body: answer.body };
  } catch (e) {
    seen = { step: name, status: e.statusCode ?? e.name, body: e.body ?? e.meta?.body ?? e.message };
  }
  console.log(JSON.stringify(seen));
}

async function main() {
  const at = (more) => ({ index, ...more });
  await step('info', () => client.info());
  await step('exists', () => client.indices.exists(at()));
  await step('index', () => client.index(at({ id: 'b:1', body: { n: 1, name: 'a' }, refresh: true })));
  await step('create again', () => client.create(at({ id: 'b:1', body: { n: 2 } })));
  await step('index without an id', () => client.index(at({ body: { n: 3, name: 'noid' } })));
  await step('get', () => client.get(at({ id: 'b:1' })));
  await step('get source', () => client.getSource(at({ id: 'b:1' })));
  await step('get some fields', () => client.get(at({ id: 'b:1', _source_includes: 'n' })));
  await step('get none', () => client.get(at({ id: 'none' })));
  await step('exists document', () => client.exists(at({ id: 'b:1' })));
  await step('update', () => client.update(at({ id: 'b:1', body: { doc: { n: 5 } }, _source: true })));
  await step('update none', () => client.update(at({ id: 'none', body: { doc: { n: 5 } } })));
  await step('upsert', () =>
    client.update(at({ id: 'ü /?', body: { doc: { n: 6, name: 'ü' }, doc_as_upsert: true } })));
  await step('script', () =>
    client.update(
      at({
        id: 'b:1',
        body: { script: { source: 'ctx._source.n += params.x', params: { x: 2 } } },
        refresh: 'wait_for',
      }),
    ));
  await step('optimistic', async () => {
    const { body } = await client.get(at({ id: 'b:1' }));
    const condition = { if_seq_no: body._seq_no, if_primary_term: body._primary_term };
    const first = await client.index(at({ id: 'b:1', body: { n: 7, name: 'a' }, ...condition }));
    const second = await client
      .index(at({ id: 'b:1', body: { n: 8, name: 'a' }, ...condition }))
      .catch((e) => e);
    return { statusCode: second.statusCode, body: first.body };
  });
  await step('external version', () =>
    client.index(at({ id: 'v', version: 41, version_type: 'external', body: { n: 1 } })));
  await step('external version again', () =>
    client.index(at({ id: 'v', version: 41, version_type: 'external', body: { n: 1 } })));
  await step('bulk', () =>
    client.bulk(
      at({
        refresh: true,
        body: [
          { index: { _id: '2' } },
          { n: 2, name: 'b' },
          { create: { _id: '2' } },
          { n: 2 },
          { update: { _id: '2' } },
          { doc: { n: 9 } },
          { delete: { _id: 'none' } },
        ],
      }),
    ));
  await step('mget', () => client.mget(at({ body: { ids: ['b:1', '2', 'none'] } })));
  await step('search', () =>
    client.search(
      at({
        body: {
          query: { terms: { name: ['a', 'b'] } },
          sort: ['n'],
          aggs: { names: { terms: { field: 'name' }, aggs: { most: { max: { field: 'n' } } } } },
        },
      }),
    ));
  await step('search by text', () => client.search(at({ q: 'name:a', sort: 'n' })));
  await step('search, typed keys', () =>
    client.search(
      at({ typed_keys: true, size: 0, body: { aggs: { n: { stats: { field: 'n' } } } } }),
    ));
  await step('search, hits as a number', () =>
    client.search(at({ rest_total_hits_as_int: true, size: 0 })));
  await step('highlight', () =>
    client.search(
      at({ body: { query: { match: { name: 'a' } }, highlight: { fields: { name: {} } }, sort: ['n'] } }),
    ));
  await step('count', () => client.count(at()));
  await step('msearch', () =>
    client.msearch({
      body: [
        { index },
        { query: { match_all: {} }, size: 1, sort: ['n'] },
        { index },
        { query: { term: { n: 9 } }, sort: ['n'] },
      ],
    }));
  await step('msearch with an unknown query', () =>
    client.msearch({ body: [{ index }, { query: { match_all: {} } }, { index }, { query: { nonsense: {} } }] }));
  await step('scroll', async () => {
    const first = await client.search(at({ scroll: '1m', size: 1, body: { sort: ['n'] } }));
    const next = await client.scroll({ body: { scroll: '1m', scroll_id: first.body._scroll_id } });
    await client.clearScroll({ body: { scroll_id: [next.body._scroll_id] } });
    delete next.body._scroll_id;
    return next;
  });
  await step('point in time', async () => {
    const pit = await client.createPit(at({ keep_alive: '1m' }));
    const found = await client.search({
      body: { size: 1, sort: ['n'], pit: { id: pit.body.pit_id, keep_alive: '1m' } },
    });
    const deleted = await client.deletePit({ body: { pit_id: [pit.body.pit_id] } });
    delete found.body.pit_id;
    return { statusCode: deleted.statusCode, body: found.body };
  });
  await step('bulk helper', async () => {
    const done = await client.helpers.bulk({
      datasource: Array.from({ length: 100 }, (_, i) => ({ n: i, name: 'h' })),
      onDocument: (each) => ({ index: { _index: index, _id: 'h' + each.n } }),
      refreshOnCompletion: index,
    });
    return { statusCode: 200, body: { successful: done.successful, failed: done.failed } };
  });
  await step('update by query', () =>
    client.updateByQuery(
      at({
        refresh: true,
        body: { query: { term: { name: 'h' } }, script: { source: 'ctx._source.n += 1000' } },
      }),
    ));
  await step('delete by query', () =>
    client.deleteByQuery(at({ refresh: true, body: { query: { term: { name: 'h' } } } })));
  await step('explain', () =>
    client.explain(at({ id: 'b:1', body: { query: { term: { n: 7 } } } })));
  await step('validate', () =>
    client.indices.validateQuery(at({ body: { query: { term: { n: 1 } } } })));
  await step('unknown query', () => client.search(at({ body: { query: { nonsense: {} } } })));
  await step('unknown index', () => client.search({ index: 'nothere', body: {} }));
  await step('field capabilities', () => client.fieldCaps(at({ fields: 'n,name' })));
  await step('mapping', () => client.indices.getMapping(at()));
  await step('analyze', () => client.indices.analyze(at({ body: { text: 'Hello World' } })));
  await step('term vectors', () => client.termvectors(at({ id: 'b:1', fields: 'name' })));
  await step('refresh', () => client.indices.refresh(at()));
  await step('some of an answer', () =>
    client.search(at({ filter_path: 'hits.total,hits.hits._id', body: { sort: ['n'] } })));
  await step('delete', () => client.delete(at({ id: 'b:1' })));
  await step('delete again', () => client.delete(at({ id: 'b:1' })));
  await step('health', () => client.cluster.health());
  await step('cat', () => client.cat.indices({ format: 'json' }));
}

main();
