import { type Script, script } from './script.js';

/**
 * Create an empty stream where the key is absent, so that scripts which name it never meet an absent key. A
 * key of another type is an error of the server's usual kind.
 *
 * KEYS: the stream. ARGV: none.
 */
export const createStreamScript: Script = script(`
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' then
  redis.call('XGROUP', 'CREATE', KEYS[1], 'pspf', '0', 'MKSTREAM')
  redis.call('XGROUP', 'DESTROY', KEYS[1], 'pspf')
elseif kind ~= 'stream' then
  return redis.error_reply('WRONGTYPE the key holds a ' .. kind)
end
return 'OK'
`);
