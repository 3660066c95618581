/**
 * Export and import of the store by command, table by table as text: over a change of PostgreSQL's major version, and from
 * the hub's own database to another one and back. Knows tables by what the database tells of them, and not what they mean.
 */
package org.coexhub.platform.export;
