// The package has no types. These are the parts that the tests use.
declare module 'fengari' {
  interface State {
    readonly isLuaState: true;
  }
  export function to_luastring(text: string): Uint8Array;
  export function to_jsstring(text: Uint8Array): string;
  export const lualib: { luaL_openlibs(L: State): void };
  export const lauxlib: {
    luaL_newstate(): State;
    luaL_loadstring(L: State, script: Uint8Array): number;
    luaL_ref(L: State, table: number): number;
  };
  export const lua: {
    readonly LUA_OK: number;
    readonly LUA_REGISTRYINDEX: number;
    readonly LUA_TNUMBER: number;
    readonly LUA_TBOOLEAN: number;
    readonly LUA_TSTRING: number;
    readonly LUA_TTABLE: number;
    lua_absindex(L: State, index: number): number;
    lua_getglobal(L: State, name: Uint8Array): number;
    lua_gettop(L: State): number;
    lua_isnil(L: State, index: number): boolean;
    lua_newtable(L: State): void;
    lua_next(L: State, index: number): number;
    lua_pcall(L: State, args: number, results: number, handler: number): number;
    lua_pop(L: State, count: number): void;
    lua_pushboolean(L: State, value: number): void;
    lua_pushcfunction(L: State, act: (state: State) => number): void;
    lua_pushinteger(L: State, value: number): void;
    lua_pushnil(L: State): void;
    lua_pushnumber(L: State, value: number): void;
    lua_pushstring(L: State, text: Uint8Array): void;
    lua_pushvalue(L: State, index: number): void;
    lua_rawgeti(L: State, index: number, key: number): number;
    lua_setfield(L: State, index: number, name: Uint8Array): void;
    lua_setglobal(L: State, name: Uint8Array): void;
    lua_settable(L: State, index: number): void;
    lua_toboolean(L: State, index: number): boolean;
    lua_tonumber(L: State, index: number): number;
    lua_tostring(L: State, index: number): Uint8Array;
    lua_type(L: State, index: number): number;
  };
}
