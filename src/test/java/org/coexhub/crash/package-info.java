/**
 * Proof of the promises that have to survive a crash: the hub runs as a process of its own and is killed at random
 * moments, or left with dead destinations and a Graph that misbehaves. Then every queue, and the log of what reached
 * Meta, is read and compared with what was acknowledged.
 */
package org.coexhub.crash;
