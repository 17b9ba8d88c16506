import { type NextRequest, NextResponse } from 'next/server';
import { openSession } from './gateway/clients.ts';
import { COOKIE, cookieOf, parseShopperToken } from './gateway/session.ts';

/** Renews the token of the shopper before the page is made: server components cannot set a cookie. */
export async function proxy(request: NextRequest) {
  const old = parseShopperToken(request.cookies.get(COOKIE)?.value);
  if (old === null) return NextResponse.next();
  let current: typeof old | null = old;
  const session = openSession({
    token: old,
    onChange: (token) => {
      current = token;
    },
  });
  await session.credential();
  return current === old ? NextResponse.next() : withToken(request, current);
}

/** The page gets the new token, and so does the browser. */
function withToken(request: NextRequest, token: Parameters<typeof cookieOf>[0] | null) {
  if (token === null) {
    request.cookies.delete(COOKIE);
    const response = NextResponse.next({ request });
    response.cookies.delete(COOKIE);
    return response;
  }
  const cookie = cookieOf(token, request.nextUrl.protocol === 'https:');
  request.cookies.set(cookie.name, cookie.value);
  const response = NextResponse.next({ request });
  response.cookies.set(cookie);
  return response;
}

export const config = { matcher: ['/((?!_next/).*)'] };
