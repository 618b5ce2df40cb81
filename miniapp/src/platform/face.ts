// see host.ts
export * from './face.h5'
