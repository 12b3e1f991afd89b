Root = BaseException
Safe = Exception
