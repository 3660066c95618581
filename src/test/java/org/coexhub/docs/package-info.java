/**
 * Holds what the documents say against what the hub does: every answer against the OpenAPI description, every message
 * against AsyncAPI and the event schemas, every setting, link and route file. Starts one hub with the sandbox and talks to
 * it over HTTP and JMS like any outsider.
 */
package org.coexhub.docs;
