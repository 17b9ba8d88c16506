import { lauxlib, lua, lualib, to_jsstring, to_luastring } from 'fengari';

/** Values that cross the border between Lua and JavaScript. Tables are objects, or arrays if they are sequences. */
type LuaValue = string | number | boolean | null | readonly LuaValue[] | { readonly [key: string]: LuaValue };

/** Runs Redis scripts, as a Redis server would. A script is compiled once. */
export interface ScriptRunner {
  run(script: string, keys: readonly string[], args: readonly string[]): LuaValue;
}

/** Answers a command of a script. */
export type RunCommand = (command: string, ...args: string[]) => LuaValue;

export function createScriptRunner(runCommand: RunCommand): ScriptRunner {
  const compiled = new Map<string, number>();
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  define(L, 'redis', 'call', (...values) => runCommand(...(values.map(String) as [string])));
  define(L, 'cjson', 'decode', (text) => JSON.parse(String(text)));
  define(L, 'cjson', 'encode', (value) => JSON.stringify(value));

  function compile(script: string): number {
    if (lauxlib.luaL_loadstring(L, to_luastring(script)) !== lua.LUA_OK) throw new Error(String(take(L)));
    const chunk = lauxlib.luaL_ref(L, lua.LUA_REGISTRYINDEX);
    compiled.set(script, chunk);
    return chunk;
  }

  return {
    run(script, keys, args) {
      setGlobal(L, 'KEYS', keys);
      setGlobal(L, 'ARGV', args);
      lua.lua_rawgeti(L, lua.LUA_REGISTRYINDEX, compiled.get(script) ?? compile(script));
      if (lua.lua_pcall(L, 0, 1, 0) !== lua.LUA_OK) throw new Error(String(take(L)));
      return take(L);
    },
  };
}

/** Runs a Redis script against hashes in memory. Only the commands that the scripts use are known. */
export interface ScriptedHashes {
  run(script: string, key: string, args: readonly string[]): LuaValue;
  /** Forgets everything, as a server without persistence does when it is restarted. */
  clear(): void;
}

export function createScriptedHashes(): ScriptedHashes {
  const hashes = new Map<string, Map<string, string>>();
  const runner = createScriptRunner((command, key = '', ...args) => {
    const hash = hashes.get(key) ?? new Map<string, string>();
    hashes.set(key, hash);
    if (command === 'HGETALL') return [...hash].flat();
    if (command === 'HSET')
      for (let i = 0; i < args.length; i += 2) hash.set(args[i] ?? '', args[i + 1] ?? '');
    else if (command === 'HDEL') for (const field of args) hash.delete(field);
    else if (command !== 'PEXPIRE') throw new Error(`unknown command ${command}`);
    return args.length;
  });
  return {
    run: (script, key, args) => runner.run(script, [key], args),
    clear: () => hashes.clear(),
  };
}

type State = ReturnType<typeof lauxlib.luaL_newstate>;

function define(L: State, table: string, name: string, act: (...args: LuaValue[]) => LuaValue): void {
  lua.lua_getglobal(L, to_luastring(table));
  if (lua.lua_isnil(L, -1)) {
    lua.lua_pop(L, 1);
    lua.lua_newtable(L);
    lua.lua_pushvalue(L, -1);
    lua.lua_setglobal(L, to_luastring(table));
  }
  lua.lua_pushcfunction(L, (state: State) => {
    const args = Array.from({ length: lua.lua_gettop(state) }, (_, index) => toValue(state, index + 1));
    push(state, act(...args));
    return 1;
  });
  lua.lua_setfield(L, -2, to_luastring(name));
  lua.lua_pop(L, 1);
}

/** The value on top of the stack, which is taken away. */
function take(L: State): LuaValue {
  const value = toValue(L, -1);
  lua.lua_pop(L, 1);
  return value;
}

function setGlobal(L: State, name: string, value: LuaValue): void {
  push(L, value);
  lua.lua_setglobal(L, to_luastring(name));
}

function push(L: State, value: LuaValue): void {
  if (value === null) lua.lua_pushnil(L);
  else if (typeof value === 'string') lua.lua_pushstring(L, to_luastring(value));
  else if (typeof value === 'number') lua.lua_pushnumber(L, value);
  else if (typeof value === 'boolean') lua.lua_pushboolean(L, value ? 1 : 0);
  else {
    lua.lua_newtable(L);
    for (const [key, item] of Object.entries(value)) {
      if (Array.isArray(value)) lua.lua_pushinteger(L, Number(key) + 1);
      else lua.lua_pushstring(L, to_luastring(key));
      push(L, item);
      lua.lua_settable(L, -3);
    }
  }
}

function toValue(L: State, index: number): LuaValue {
  const place = lua.lua_absindex(L, index);
  switch (lua.lua_type(L, place)) {
    case lua.LUA_TNUMBER:
      return lua.lua_tonumber(L, place);
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, place);
    case lua.LUA_TSTRING:
      return to_jsstring(lua.lua_tostring(L, place));
    case lua.LUA_TTABLE: {
      const entries: [string, LuaValue][] = [];
      lua.lua_pushnil(L);
      while (lua.lua_next(L, place)) {
        lua.lua_pushvalue(L, -2);
        entries.push([String(toValue(L, -1)), toValue(L, -2)]);
        lua.lua_pop(L, 2);
      }
      return Object.fromEntries(entries);
    }
    default:
      return null;
  }
}
