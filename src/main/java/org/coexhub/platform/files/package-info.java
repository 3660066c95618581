/**
 * Files and folders that are whole on the disk or not there at all, and the lists with which they are checked. Knows
 * nothing of what is in them, and no other room.
 */
package org.coexhub.platform.files;
