/**
 * Meta as the hub sees it, in one process: signed webhooks going out, the Graph API coming in, and the phones of
 * customers and business behind both. It speaks the real protocol over loopback HTTP and keeps everything in memory.
 * Knows the JDK and Jackson, nothing of the hub.
 */
package org.coexhub.sandbox.meta;
