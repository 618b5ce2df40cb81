// in each host's bundle the file of that host stands in the place of this one; tests take the browser's
export * from './host.h5'
