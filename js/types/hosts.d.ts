/**
 * What `mxseal/hosts` exports on Node, Deno and Bun. A program that does not say where it runs (`moduleResolution: "bundler"` without
 * `customConditions`) sees all of it; in Workers and browsers there is only what `portable.d.ts` has, and a bundler refuses the rest.
 */
import type { DnsHost, FetchHost, PolicyStore, StarttlsHost } from '../types.js';

export * from './portable.js';
/** UDP, and TCP where that brings nothing whole; `server` is `127.0.0.1:53`, `[::1]:53`, or without a port. */
export function udp(o: { server: string | string[]; timeoutMs?: number; retries?: number }): DnsHost;
/** A fetch that connects to the given addresses only; `ca`: more roots beside Node's, PEM or DER. */
export function nodeFetch(o?: { timeoutMs?: number; ca?: Uint8Array | string | (Uint8Array | string)[] }): FetchHost;
export function starttls(o?: { helo?: string; timeoutMs?: number }): StarttlsHost;
/** Policies in a folder, one file a domain. */
export function fileStore(path: string): PolicyStore;
