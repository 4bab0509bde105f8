-- The state store in one Redis server. Every request runs this script, so each is atomic, and none sees a lease
-- whose time is over: those are ended first.
--
-- KEYS  meta       hash: generation, run, rev, floor, bytes, lease
--       data       hash: key -> version:lease:value
--       index      sorted set of all keys, for prefixes
--       leases     hash: lease -> time to live in ms
--       deadlines  sorted set: lease -> when it ends, by this server's clock in ms
--       holds      sorted set of lease/key
--       log        stream of changes, REVISION-NUMBER: k key, o (w written, d deleted), l lease, v value
-- ARGV  1 operation  2 run id of this server  3 the generation that the caller knows, or empty
--       4 the newest revision that the caller has seen  5, 6 how much history is kept: changes, bytes  7... the operation's
-- answers {generation, revision, ...}

local meta, data, index, leases, deadlines, holds, log =
  KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local op, run = ARGV[1], ARGV[2]
local a, b, c, d = ARGV[7], ARGV[8], ARGV[9], ARGV[10]

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function text(number) return string.format('%.0f', number) end

local known = redis.call('HMGET', meta, 'generation', 'run', 'rev', 'floor', 'bytes')
local generation = known[1]
if not generation then
  if ARGV[3] ~= '' then
    return redis.error_reply('DROVERLOST everything is gone: this server has none of the keys that it had')
  end
  generation = run .. '-' .. text(now)
  redis.call('HSET', meta, 'generation', generation, 'run', run, 'rev', 0, 'floor', 0, 'bytes', 0, 'lease', 0)
  known = {generation, run, '0', '0', '0'}
elseif ARGV[3] ~= '' and ARGV[3] ~= generation then
  return redis.error_reply('DROVERLOST everything that was known is gone: this store was begun anew')
end
local rev, floor, bytes = tonumber(known[3]), tonumber(known[4]), tonumber(known[5])
if rev < tonumber(ARGV[4]) then
  return redis.error_reply('DROVERLOST acknowledged writes are gone: revision ' .. ARGV[4] ..
    ' was seen, but the newest is ' .. text(rev))
end

-- The server was started anew, or another one took its place: every lease gets its full time again.
if known[2] ~= run then
  local all = redis.call('HGETALL', leases)
  for i = 1, #all, 2 do
    redis.call('ZADD', deadlines, text(now + tonumber(all[i + 1]) + 1), all[i])
  end
  redis.call('HSET', meta, 'run', run)
end

local function size(key, value) return 128 + #key + #value end

local function report(number, key, kind, lease, value)
  redis.call('XADD', log, text(rev) .. '-' .. number, 'k', key, 'o', kind, 'l', lease, 'v', value)
  bytes = bytes + size(key, value)
end

local function trimmed()
  local events = redis.call('XLEN', log)
  while events > tonumber(ARGV[5]) or (bytes > tonumber(ARGV[6]) and events > 0) do
    local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
    redis.call('XDEL', log, oldest[1])
    bytes = bytes - size(oldest[2][2], oldest[2][8])
    floor = tonumber(string.match(oldest[1], '^(%d+)'))
    events = events - 1
  end
end

local function changed()
  trimmed()
  redis.call('HSET', meta, 'rev', text(rev), 'floor', text(floor), 'bytes', text(bytes))
end

local function unhold(packed, key)
  local lease = string.match(packed, '^%d+:(%d+):')
  if lease ~= '0' then redis.call('ZREM', holds, lease .. '/' .. key) end
end

local function finish(lease)
  redis.call('HDEL', leases, lease)
  redis.call('ZREM', deadlines, lease)
  local held = redis.call('ZRANGEBYLEX', holds, '[' .. lease .. '/', '(' .. lease .. '0')
  if #held == 0 then return end
  rev = rev + 1
  for i, each in ipairs(held) do
    local key = string.sub(each, #lease + 2)
    redis.call('ZREM', holds, each)
    redis.call('HDEL', data, key)
    redis.call('ZREM', index, key)
    report(i, key, 'd', '0', '')
  end
  changed()
end

for _, lease in ipairs(redis.call('ZRANGEBYSCORE', deadlines, '-inf', text(now))) do
  finish(lease)
end

local function answer(...) return {generation, text(rev), ...} end

local function meets(packed, expected)
  if expected == '-1' then return true end
  if not packed then return expected == '0' end
  return string.match(packed, '^(%d+):') == expected
end

if op == 'get' then
  return answer(redis.call('HGET', data, a))
elseif op == 'list' then
  local keys = redis.call('ZRANGEBYLEX', index, '[' .. a, '(' .. a .. '\255')
  local all, total = {}, 0
  for from = 1, #keys, 500 do
    local some = {}
    for i = from, math.min(from + 499, #keys) do some[#some + 1] = keys[i] end
    for i, packed in ipairs(redis.call('HMGET', data, unpack(some))) do
      total = total + #packed
      if total > tonumber(b) then
        return redis.error_reply('DROVERBIG the values under this prefix have more than ' .. b .. ' bytes')
      end
      all[#all + 1] = some[i]
      all[#all + 1] = packed
    end
  end
  return answer(all)
elseif op == 'put' then
  -- a key, b expected version, c lease or 0, d value
  if c ~= '0' and redis.call('HEXISTS', leases, c) == 0 then
    return redis.error_reply('DROVERNOLEASE there is no such lease: it has ended, or never was')
  end
  local packed = redis.call('HGET', data, a)
  if not meets(packed, b) then return answer(0, packed) end
  if packed then unhold(packed, a) end
  rev = rev + 1
  redis.call('HSET', data, a, text(rev) .. ':' .. c .. ':' .. d)
  redis.call('ZADD', index, 0, a)
  if c ~= '0' then redis.call('ZADD', holds, 0, c .. '/' .. a) end
  report(1, a, 'w', c, d)
  changed()
  return answer(1)
elseif op == 'delete' then
  local packed = redis.call('HGET', data, a)
  if not meets(packed, b) then return answer(0, packed) end
  if packed then
    unhold(packed, a)
    redis.call('HDEL', data, a)
    redis.call('ZREM', index, a)
    rev = rev + 1
    report(1, a, 'd', '0', '')
    changed()
  end
  return answer(1)
elseif op == 'grant' then
  local lease = text(redis.call('HINCRBY', meta, 'lease', 1))
  redis.call('HSET', leases, lease, a)
  redis.call('ZADD', deadlines, text(now + tonumber(a) + 1), lease)
  return answer(lease)
elseif op == 'keep' then
  local ttl = redis.call('HGET', leases, a)
  if not ttl then return answer(0) end
  redis.call('ZADD', deadlines, text(now + tonumber(ttl) + 1), a)
  return answer(1)
elseif op == 'revoke' then
  if redis.call('HEXISTS', leases, a) == 1 then finish(a) end
  return answer(1)
elseif op == 'since' then
  -- a the revision after which; at most b changes. What is kept begins after floor.
  local next = redis.call('ZRANGE', deadlines, 0, 0, 'WITHSCORES')
  local wait = next[2] and text(math.max(0, tonumber(next[2]) - now)) or '-1'
  return answer(text(floor), wait, redis.call('XRANGE', log, text(tonumber(a) + 1) .. '-0', '+'))
end
return redis.error_reply('DROVERBUG no operation ' .. op)
