export default served(Reel);
