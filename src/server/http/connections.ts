import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RenewedMap, RenewedSet } from '../../renewed-collections.ts';

/** The connections of a server: how many there may be, and how they close without losing a request. */
export interface Connections {
  /** Whether a connection exceeds the maximum. Its first request has to be refused, and closes it. */
  isExcess(socket: Socket): boolean;
  /** From now on each response closes its connection, so pooled clients open no further request on it. */
  closeAfterResponse(): void;
  /** Closes each connection as soon as it has no request in flight. Requests that are only half received do not count. */
  closeIdle(): void;
}

export interface ConnectionsOptions {
  readonly maxConnections: number;
  /** How long a client may read its response more slowly than 10 kB per second, in milliseconds. */
  readonly stallMs: number;
}

interface Connection {
  readonly responses: RenewedSet<ServerResponse>;
  /** Bytes that had been received when the last response ended. More bytes mean that a request is arriving. */
  bytesRead: number;
  /** Until then the client may not have had the time to send its first request. Monotonic clock, in milliseconds. */
  protectedUntil: number;
}

/** At this share of the maximum the connections that are idle longest are closed, to make room for new ones. */
const NEARLY_FULL = 0.9;
/** Connections over the maximum that wait for their refusal, as a share of the maximum. Others are closed at once. */
const EXCESS_SHARE = 0.25;
/** How long a new connection is not regarded as idle. */
const NEW_MS = 1_000;
/** How long a connection over the maximum may take to send a request. */
const EXCESS_MS = 2_000;
/** How long the body of a refused request is read on, so the client gets to read the response. */
const DRAIN_MS = 2_000;

/** Tracks the connections of a server and the responses in flight on each. */
export function trackConnections(
  server: Server,
  { maxConnections, stallMs }: ConnectionsOptions,
): Connections {
  // The connection whose last response is oldest comes first.
  const accepted = new RenewedMap<Socket, Connection>();
  const excess = new Set<Socket>();
  let isDraining = false;
  let isClosing = false;

  function makeRoom(): void {
    const target = Math.ceil(maxConnections * NEARLY_FULL);
    for (const [socket, { responses, bytesRead, protectedUntil }] of accepted) {
      if (accepted.size < target) return;
      if (responses.size > 0 || socket.bytesRead > bytesRead || performance.now() < protectedUntil) continue;
      accepted.delete(socket);
      socket.destroy();
    }
  }

  function accept(socket: Socket): void {
    accepted.set(socket, {
      responses: new RenewedSet(),
      bytesRead: 0,
      protectedUntil: performance.now() + NEW_MS,
    });
    socket.once('close', () => accepted.delete(socket));
  }

  function refuse(socket: Socket): void {
    if (excess.size >= maxConnections * EXCESS_SHARE) return void socket.destroy();
    excess.add(socket);
    const timer = setTimeout(() => socket.destroy(), EXCESS_MS).unref();
    socket.once('close', () => {
      clearTimeout(timer);
      excess.delete(socket);
    });
  }

  function onResponseEnd(socket: Socket, response: ServerResponse): void {
    drainBody(response);
    const connection = accepted.get(socket);
    if (connection === undefined) return;
    connection.responses.delete(response);
    connection.bytesRead = socket.bytesRead;
    connection.protectedUntil = 0;
    accepted.delete(socket);
    accepted.set(socket, connection);
    // Once the last byte has left: destroying the socket earlier would cut the response.
    setImmediate(closeIfIdle, socket);
  }

  function closeIfIdle(socket: Socket): void {
    if (isClosing && accepted.get(socket)?.responses.size === 0) socket.destroy();
  }

  server.on('connection', (socket: Socket) => {
    makeRoom();
    if (accepted.size < maxConnections) accept(socket);
    else refuse(socket);
  });
  server.prependListener('request', ({ socket }, response) => {
    accepted.get(socket)?.responses.add(response);
    if (isDraining || excess.has(socket)) response.shouldKeepAlive = false;
    cutOffWhenStalled(response, stallMs);
    response.once('close', () => onResponseEnd(socket, response));
  });

  return {
    isExcess: (socket) => excess.has(socket),
    closeAfterResponse() {
      isDraining = true;
      for (const { responses } of accepted.values()) {
        for (const response of responses) response.shouldKeepAlive = false;
      }
    },
    closeIdle() {
      isClosing = true;
      for (const socket of accepted.keys()) closeIfIdle(socket);
    },
  };
}

/** A client has to read a response at this rate, in bytes per second. Otherwise the response would stay in memory. */
const MIN_READ_RATE = 10_000;

/** What Node knows of a connection below its stream. A stream counts a long chunk only when all of it is sent. */
interface StreamHandle {
  readonly bytesWritten: number;
  readonly writeQueueSize: number;
}

/** Closes the connection of a client that reads its response too slowly, or not at all. */
function cutOffWhenStalled(response: ServerResponse, stallMs: number): void {
  let sentBefore: number | null = null;
  const timer = setInterval(() => {
    const { socket } = response;
    const { _handle: handle } = (socket ?? {}) as { readonly _handle?: StreamHandle | null };
    if (socket === null || !handle) return;
    // Without a backlog the operation still runs.
    const isBlocked = handle.writeQueueSize > 0 || socket.writableLength > 0;
    const sent = handle.bytesWritten - handle.writeQueueSize;
    if (isBlocked && sentBefore !== null && sent - sentBefore < (MIN_READ_RATE * stallMs) / 1000)
      socket.destroy();
    sentBefore = isBlocked ? sent : null;
  }, stallMs).unref();
  response.once('close', () => clearInterval(timer));
}

/** Reads the rest of a request that was answered before its end. Otherwise the connection would hang with it. */
function drainBody({ req: request }: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS).unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}
